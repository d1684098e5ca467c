package php

import "strings"

// keptKey names a file: by its path, as far as that is known, or by the variable that holds it.
type keptKey struct {
	scope *scope // of the variable
	name  string
}

// keptKeys are the names under which a file is remembered. expression may be nil.
func (m *machine) keptKeys(path value, expression *node) []keptKey {
	var keys []keptKey
	s := path.text()
	if letters := strings.Trim(strings.ReplaceAll(s, hole, ""), "/.\\_-"); len(letters) > 2 {
		keys = append(keys, keptKey{name: s})
	}
	if name := expressionKey(expression); name != "" && path.kind != vText {
		keys = append(keys, keptKey{m.scope, name})
	}
	return keys
}

// maxKept bounds how many files are remembered.
const maxKept = 500

// keep remembers what a file holds that this code itself writes: it may be run or read later.
func (m *machine) keep(path value, keys []keptKey, content value) {
	if h, ok := path.ref.(*handle); ok {
		m.keepIn(h, content)
	}
	for _, key := range keys {
		if old, ok := m.kept[key]; ok {
			content = m.added(old, content)
		} else if len(m.kept) > maxKept {
			return
		}
		if m.kept == nil {
			m.kept = map[keptKey]value{}
		}
		m.kept[key] = content
	}
}

// keepIn does so where the file has no name.
func (m *machine) keepIn(h *handle, content value) {
	if h.keeps {
		content = m.added(h.kept, content)
	}
	h.kept, h.keeps = content, true
}

// maxKeptText is how many bytes of a file's content are remembered. Of more than that it is only known where it came from.
const maxKeptText = 64 << 10

// added is what a file holds after something was added to it.
func (m *machine) added(old, more value) value {
	if len(old.s)+len(more.s) > maxKeptText {
		return unknown(old.all() | more.all())
	}
	return m.joinValues(old, more)
}

// keptIn is what this code has written into a file.
func (m *machine) keptIn(path value, expression *node) (value, bool) {
	if h, ok := path.ref.(*handle); ok && h.keeps {
		return h.kept, true
	}
	if len(m.kept) > 0 {
		for _, key := range m.keptKeys(path, expression) {
			if v, ok := m.kept[key]; ok {
				return v, true
			}
		}
	}
	return value{}, false
}

// includeKept runs a file that this code has written itself.
func (m *machine) includeKept(n *node, content value) {
	if isData(content) {
		return
	}
	how := n.str + " of a file that it writes itself"
	if content.kind == vText {
		content.s = "?>" + content.s
	}
	m.execute(n, content, how)
}

// includeWrapped runs what a class of this file hands out as the content of files.
func (m *machine) includeWrapped(n *node, c *class) {
	k := markUndefined
	for _, h := range c.held {
		k |= h.v.all()
	}
	m.execute(n, unknown(k), n.str+" of a stream of its own")
}

// fetched tells whether a command has a program run that this code has written into a file, and where that came from.
func (m *machine) fetched(command string) marks {
	var k marks
	for key, v := range m.kept {
		if key.scope == nil && len(key.name) > 5 && !strings.Contains(key.name, hole) && strings.Contains(command, key.name) {
			k |= v.all()
		}
	}
	return k
}

// othersWrite tells whether whoever asks for pages has a say in what a file holds.
func othersWrite(path string) string {
	lower := strings.ToLower(path)
	switch base := lower[strings.LastIndexByte(lower, '/')+1:]; {
	case strings.Contains(lower, "sess_") && strings.Contains(lower[strings.LastIndex(lower, "sess_"):], hole):
		return "a session's file, in which visitors' words stand"
	case strings.HasPrefix(lower, "/proc/self/"):
		return "what the machine knows of a request"
	case strings.HasPrefix(lower, "/var/log/"), strings.HasSuffix(base, "access.log"), strings.HasSuffix(base, "access_log"), strings.HasSuffix(base, "error.log"), strings.HasSuffix(base, "error_log"):
		return "a log, in which visitors' words stand"
	case strings.HasPrefix(lower, "/var/mail/"), strings.HasPrefix(lower, "/var/spool/mail/"):
		return "a mailbox, in which others' words stand"
	}
	return ""
}

// keptSpecials are the functions that have to do with files without a name.
func keptSpecials() map[string]special {
	return map[string]special{
		"tempnam": func(*machine, *node, []*node, []value) value {
			return value{s: hole, ref: &handle{path: unknown(0)}}
		},
		"tmpfile": func(*machine, *node, []*node, []value) value {
			return value{kind: vHandle, ref: &handle{path: unknown(0)}}
		},
		"stream_copy_to_stream": func(m *machine, n *node, nodes []*node, args []value) value {
			if len(args) > 1 {
				writeHandle(m, n, nil, []value{args[1], readHandle(m, n, nil, args[:1])})
			}
			return unknown(0)
		},
		"stream_get_meta_data": func(_ *machine, _ *node, _ []*node, args []value) value {
			a := newArray()
			a.loose = true
			if len(args) > 0 {
				if h, ok := args[0].ref.(*handle); ok {
					a.set("uri", value{s: h.path.text(), marks: h.path.marks, ref: h})
				}
			}
			return value{kind: vArray, array: a}
		},
		"stream_wrapper_register": func(m *machine, _ *node, _ []*node, args []value) value {
			if len(args) > 1 && args[0].plain() && args[1].plain() && len(m.wrappers) < 20 {
				if c := m.classes[strings.ToLower(strings.TrimPrefix(args[1].text(), `\`))]; c != nil {
					if m.wrappers == nil {
						m.wrappers = map[string]*class{}
					}
					m.wrappers[strings.ToLower(args[0].text())] = c
				}
			}
			return truth(true)
		},
		"stream_bucket_make_writeable": func(m *machine, _ *node, _ []*node, _ []value) value {
			if strings.Contains(m.record.source, "php://input") {
				return unknown(markRequest | markFile)
			}
			return unknown(markFile | markParam)
		},
	}
}
