package key

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Register is all that is known of a shop's keys. The values are not among it. Not safe for concurrent use.
type Register struct {
	Keys  []Key  `json:"keys"`
	Tasks []Task `json:"tasks,omitempty"` // what is to be done because somebody left; only ever added
}

// Key is one key of a shop's, without its value.
type Key struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"` // "api", "database", "signing", "ssh", "password", "token" ...
	Owner      string    `json:"owner,omitempty"`
	Contractor string    `json:"contractor,omitempty"` // the firm the owner works for, where it is not the shop
	Purpose    string    `json:"purpose,omitempty"`
	Opens      []Opening `json:"opens,omitempty"`
	Lives      []string  `json:"lives,omitempty"`   // where it may be, such as "ci:deploy" or "/srv/shop/.env"; "*" stands for any text
	Readers    []string  `json:"readers,omitempty"` // who could ever read it, besides the owner
	Public     []string  `json:"public,omitempty"`  // what may be known of it: a key id, the SHA-256 of its public half
	Print      Print     `json:"print"`             // of the value, or of a line of it that nothing else has
	Weak       bool      `json:"weak,omitempty"`    // guessable by whoever had the site's secret

	Created  time.Time `json:"created,omitzero"` // when the key was made; where that is not known, when it was added
	Added    time.Time `json:"added"`
	RotateBy time.Time `json:"rotate_by,omitzero"`
	Retired  time.Time `json:"retired,omitzero"`  // when it stopped opening anything
	Followed string    `json:"followed,omitzero"` // ID of the key that took its place
	Decoy    string    `json:"decoy,omitempty"`   // the place it was planted in, where it is a bait that opens nothing
}

// Opening is something that a key opens.
type Opening struct {
	What  string   `json:"what"`            // a route, a table, a bucket
	Data  []string `json:"data,omitempty"`  // kinds of customer data there: "name", "card" ...
	About int      `json:"about,omitempty"` // how many people
}

// Standing says what it means that a key was found somewhere.
type Standing string

// The standings. An active key that was found is a leak, a retired one the trace of a leak, and a decoy says that somebody
// took the bait.
const (
	Active  Standing = "active"
	Retired Standing = "retired"
	Decoy   Standing = "decoy"
)

// Standing is what the key is at a moment.
func (k Key) Standing(at time.Time) Standing {
	switch {
	case k.Decoy != "":
		return Decoy
	case !k.Retired.IsZero() && !k.Retired.After(at):
		return Retired
	}
	return Active
}

// Overdue says that an active key should have been rotated.
func (k Key) Overdue(at time.Time) bool {
	return k.Standing(at) == Active && !k.RotateBy.IsZero() && k.RotateBy.Before(at)
}

// People are all who could read the key, the owner first.
func (k Key) People() []string {
	var all []string
	for _, p := range append([]string{k.Owner}, k.Readers...) {
		if p != "" && !slices.ContainsFunc(all, func(q string) bool { return samePerson(p, q) }) {
			all = append(all, p)
		}
	}
	return all
}

// Task is a key that must be rotated because of somebody who could read it.
type Task struct {
	Person string    `json:"person"`
	Key    string    `json:"key"`
	Since  time.Time `json:"since"`
	Why    string    `json:"why"` // how the person could read it
}

// The errors of changing a register. They are wrapped with the ID.
var (
	ErrUnknown = errors.New("there is no such key")
	ErrTaken   = errors.New("there is a key of this name")
	ErrSame    = errors.New("this value is registered already")
	ErrRetired = errors.New("this key is retired already")
)

// Get finds a key by its ID.
func (r *Register) Get(id string) (Key, bool) {
	i := r.index(id)
	if i < 0 {
		return Key{}, false
	}
	return r.Keys[i], true
}

func (r *Register) index(id string) int {
	return slices.IndexFunc(r.Keys, func(k Key) bool { return k.ID == id })
}

// maxID bounds a name; what it may consist of keeps it whole in a report, a file name and a command line.
const maxID = 80

func validID(id string) bool {
	return id != "" && len(id) <= maxID && strings.Trim(id, digits+upper+lower+"._-") == ""
}

// Add registers a key. The errors are [ErrTaken] and [ErrSame], or say what is wrong with its name.
func (r *Register) Add(k Key) error {
	if !validID(k.ID) {
		return fmt.Errorf("%q is no name for a key: letters, digits, dots, dashes and underscores, %d at most", k.ID, maxID)
	}
	if r.index(k.ID) >= 0 {
		return fmt.Errorf("%s: %w", k.ID, ErrTaken)
	}
	for _, other := range r.Keys {
		if other.Print.MAC == k.Print.MAC {
			return fmt.Errorf("%s: %w, as %s", k.ID, ErrSame, other.ID)
		}
	}
	if k.Created.IsZero() {
		k.Created = k.Added
	}
	r.Keys = append(r.Keys, k)
	slices.SortStableFunc(r.Keys, func(a, b Key) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

// Retire says that a key opens nothing from a moment on. It stays in the register for good: whoever uses it then has it
// from where it leaked.
func (r *Register) Retire(id string, at time.Time) error {
	i := r.index(id)
	switch {
	case i < 0:
		return fmt.Errorf("%s: %w", id, ErrUnknown)
	case !r.Keys[i].Retired.IsZero():
		return fmt.Errorf("%s: %w", id, ErrRetired)
	}
	r.Keys[i].Retired = at
	return nil
}

// Rotate registers next in the place of a key, which is retired. What next does not say of itself (owner, purpose,
// what it opens) it takes over. Who could read the old one could not read the new one, but for its owner.
func (r *Register) Rotate(id string, next Key, at time.Time) error {
	i := r.index(id)
	switch {
	case i < 0:
		return fmt.Errorf("%s: %w", id, ErrUnknown)
	case !r.Keys[i].Retired.IsZero():
		return fmt.Errorf("%s: %w", id, ErrRetired)
	}
	old := r.Keys[i]
	next.Kind, next.Owner = cmp.Or(next.Kind, old.Kind), cmp.Or(next.Owner, old.Owner)
	next.Contractor, next.Purpose = cmp.Or(next.Contractor, old.Contractor), cmp.Or(next.Purpose, old.Purpose)
	if next.Opens == nil {
		next.Opens = old.Opens
	}
	if next.Lives == nil {
		next.Lives = old.Lives
	}
	if err := r.Add(next); err != nil {
		return err
	}
	i = r.index(id)
	r.Keys[i].Retired, r.Keys[i].Followed = at, next.ID
	return nil
}

// Offboard lists every key that is still active and that person could read: as the owner, as a reader, or because wrote
// names the key, by its ID, as one of a repository that person wrote to. What was not listed before becomes a task, open
// until the key is retired. A name is compared without regard to case; an address is the same person as the name before
// its @, and as the same name at another host.
func (r *Register) Offboard(person string, wrote map[string]string, at time.Time) []Task {
	var list []Task
	for _, k := range r.Keys {
		if k.Standing(at) != Active {
			continue
		}
		why := ""
		switch {
		case maybeSamePerson(k.Owner, person):
			why = "owner"
		case slices.ContainsFunc(k.Readers, func(p string) bool { return maybeSamePerson(p, person) }):
			why = "could read it"
		case wrote[k.ID] != "":
			why = "wrote to " + wrote[k.ID] + ", which held it"
		default:
			continue
		}
		list = append(list, Task{Person: person, Key: k.ID, Since: at, Why: why})
	}
	for i, t := range list {
		if j := slices.IndexFunc(r.Tasks, func(o Task) bool { return o.Key == t.Key && samePerson(o.Person, t.Person) }); j >= 0 {
			list[i] = r.Tasks[j]
			continue
		}
		r.Tasks = append(r.Tasks, t)
	}
	return list
}

// Open are the tasks whose key is still active at a moment, oldest first.
func (r *Register) Open(at time.Time) []Task {
	var open []Task
	for _, t := range r.Tasks {
		if k, ok := r.Get(t.Key); ok && k.Standing(at) == Active {
			open = append(open, t)
		}
	}
	slices.SortStableFunc(open, func(a, b Task) int { return a.Since.Compare(b.Since) })
	return open
}

// Prints are those of all keys, in their order: what a [Matcher] is made of.
func (r *Register) Prints() []Print {
	prints := make([]Print, len(r.Keys))
	for i, k := range r.Keys {
		prints[i] = k.Print
	}
	return prints
}

// samePerson compares two names, or an address with the name before its @.
func samePerson(a, b string) bool {
	a, b = strings.ToLower(strings.TrimSpace(a)), strings.ToLower(strings.TrimSpace(b))
	if a == "" || b == "" {
		return false
	}
	nameA, _, isMailA := strings.Cut(a, "@")
	nameB, _, isMailB := strings.Cut(b, "@")
	return a == b || isMailA != isMailB && nameA == nameB
}

// maybeSamePerson also takes two addresses with one name for one person's: of somebody who leaves, one key too many on the list
// costs a rotation, one too few a leak.
func maybeSamePerson(a, b string) bool {
	nameA, _, isMailA := strings.Cut(strings.ToLower(strings.TrimSpace(a)), "@")
	nameB, _, isMailB := strings.Cut(strings.ToLower(strings.TrimSpace(b)), "@")
	return samePerson(a, b) || isMailA && isMailB && nameA != "" && nameA == nameB
}

// Wire is what is known of a key that nobody has a reason to use any more, and is seen when somebody does.
type Wire struct {
	Public string // see [Key.Public]
	Key    string // its ID
	Decoy  string // the place, of a decoy
}

// Wires are those of all retired keys and decoys. They never expire: a key that left with somebody comes back when he does.
func (r *Register) Wires(at time.Time) []Wire {
	var all []Wire
	for _, k := range r.Keys {
		if k.Standing(at) == Active {
			continue
		}
		for _, p := range k.Public {
			all = append(all, Wire{p, k.ID, k.Decoy})
		}
	}
	return all
}
