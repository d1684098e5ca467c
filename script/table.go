package script

// table holds values by name, in the order in which they were put there. Most hold a handful, which are found faster by
// looking than by hashing.
type table struct {
	names  []string
	values []value
	index  map[string]int // once there are many
}

const many = 10

// at is the place of the value under name, or nil. It is valid until the next put or remove.
func (t *table) at(name string) *value {
	if t.index != nil {
		if i, ok := t.index[name]; ok {
			return &t.values[i]
		}
		return nil
	}
	for i, n := range t.names {
		if n == name {
			return &t.values[i]
		}
	}
	return nil
}

func (t *table) put(name string, v value) {
	if p := t.at(name); p != nil {
		*p = v
		return
	}
	t.names = append(t.names, name)
	t.values = append(t.values, v)
	if t.index != nil {
		t.index[name] = len(t.names) - 1
	} else if len(t.names) > many {
		t.hash()
	}
}

func (t *table) hash() {
	t.index = make(map[string]int, 2*len(t.names))
	for i, n := range t.names {
		t.index[n] = i
	}
}

func (t *table) remove(name string) {
	for i, n := range t.names {
		if n == name {
			t.names = append(t.names[:i:i], t.names[i+1:]...)
			t.values = append(t.values[:i:i], t.values[i+1:]...)
			if t.index != nil {
				t.hash()
			}
			return
		}
	}
}

// reserve makes room for n values.
func (t *table) reserve(n int) {
	if n > 0 {
		t.names, t.values = make([]string, 0, n), make([]value, 0, n)
	}
}
