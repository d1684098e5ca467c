package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/key"
)

// KeyDetails are what the operator says of a key.
type KeyDetails struct {
	ID, Kind, Owner, Contractor, Purpose string
	Opens                                []string // "route: name,address @ 296019"
	Lives, Readers                       []string
	Created, RotateBy                    string // dates; RotateBy may be "never"
	NewSiteKey                           bool   // the old one is gone for good
}

// Enrolled is a key that was registered.
type Enrolled struct {
	ID       string
	From     string // file and line, or "" for a value that was piped in
	Warning  string
	RotateBy time.Time
}

// KeyCandidate is a value that can be registered. It formats as its length.
type KeyCandidate = key.Candidate

// ReadKeyValue reads all that is there, as far as a key can be long.
func ReadKeyValue(r io.Reader) ([]byte, error) {
	value, err := io.ReadAll(io.LimitReader(r, key.MaxFile+1))
	if err == nil && len(value) > key.MaxFile {
		err = usagef("", "the value is larger than any key")
	}
	return value, err
}

// NoKeyValue is what a command says that was given more words than it takes. They are not repeated: the likeliest mistake
// is a key among them.
func NoKeyValue() *UsageError {
	return usagef("pipe it in, or name a file: tillwatch key add --id NAME < FILE", "the value of a key is never an argument: every user of the machine can read those, and the shell remembers them")
}

// KeyValue makes one candidate of a value that was piped in or is all that a file holds.
func KeyValue(name string, value []byte) (key.Candidate, error) {
	if len(strings.TrimSpace(string(value))) == 0 {
		return key.Candidate{}, usagef("pipe the value in, or name a file with --file or --from", "there is no value")
	}
	c, err := key.EnrolValue(name, value)
	if err != nil {
		return c, usagef("what is shorter stands in any text by chance", "%v", err)
	}
	return c, nil
}

// KeyCandidates reads a configuration file and gives what can be registered of it, and in words what can not.
func KeyCandidates(file string) (list []key.Candidate, skipped []string, err error) {
	text, err := readBounded(file, key.MaxFile)
	if err != nil {
		return nil, nil, usagef("", "--from: %v", err)
	}
	list, left, err := key.Enrol(file, text)
	if err != nil {
		return nil, nil, usagef("tillwatch key add --id NAME --file FILE takes all that a file holds for the value", "--from: %v", err)
	}
	for _, s := range left {
		skipped = append(skipped, fmt.Sprintf("%s:%d: %s: %s", s.File, s.Line, s.Name, s.Why))
	}
	return list, skipped, nil
}

// ChooseKeys picks candidates by the names that their file gives them, or by their suggested IDs.
func ChooseKeys(list []key.Candidate, names []string) ([]key.Candidate, error) {
	var chosen []key.Candidate
	for _, name := range names {
		found := slices.IndexFunc(list, func(c key.Candidate) bool { return c.Name == name || c.ID == name })
		if found < 0 {
			var known []string
			for _, c := range list {
				known = append(known, c.Name)
			}
			if len(known) == 0 {
				return nil, usagef("tillwatch key add --id NAME < FILE registers a value by itself", "the file has no value that can be registered")
			}
			return nil, usagef(DidYouMean(name, known), "the file has no value of that name that can be registered")
		}
		chosen = append(chosen, list[found])
	}
	return chosen, nil
}

// Add registers keys, all or none.
func (k *Keys) Add(ctx context.Context, list []key.Candidate, d KeyDetails, now time.Time) ([]Enrolled, error) {
	if d.ID != "" && len(list) > 1 {
		return nil, usagef("leave --id out: each is named after its file and its name there", "one --id cannot name %d keys", len(list))
	}
	var done []Enrolled
	err := k.change(ctx, func(b *keyBook) error {
		site, err := k.writingSite(b, d.NewSiteKey)
		if err != nil {
			return err
		}
		done = nil
		for _, c := range list {
			one, err := d.key(site, c, now)
			if err != nil {
				return err
			}
			if err := explainKey(b, one.ID, b.Register.Add(one)); err != nil {
				return err
			}
			if err := b.filtered(one.ID, c.Value); err != nil {
				return err
			}
			done = append(done, enrolled(one, c))
		}
		return nil
	})
	return done, err
}

// Rotate puts a new value in the place of a key's, which is retired. Who could read the old one stays with that.
func (k *Keys) Rotate(ctx context.Context, id string, c key.Candidate, d KeyDetails, now time.Time) (Enrolled, error) {
	var done Enrolled
	err := k.change(ctx, func(b *keyBook) error {
		site, err := k.writingSite(b, false)
		if err != nil {
			return err
		}
		if d.ID == "" {
			d.ID = nextID(b, id)
		}
		one, err := d.key(site, c, now)
		if err != nil {
			return err
		}
		if d.Kind == "" {
			one.Kind = "" // what the old one is
		}
		if err := explainKey(b, id, b.Register.Rotate(id, one, now)); err != nil {
			return err
		}
		done = enrolled(one, c)
		return b.filtered(one.ID, c.Value)
	})
	return done, err
}

var counted = regexp.MustCompile(`^(.*)-r([0-9]{1,6})$`)

// nextID names the key that follows: deploy, deploy-r2, deploy-r3.
func nextID(b *keyBook, id string) string {
	base, n := id, 1
	if m := counted.FindStringSubmatch(id); m != nil {
		base = m[1]
		n, _ = strconv.Atoi(m[2])
	}
	for {
		n++
		name := fmt.Sprintf("%s-r%d", base, n)
		if _, taken := b.Register.Get(name); !taken {
			return name
		}
	}
}

func enrolled(one key.Key, c key.Candidate) Enrolled {
	e := Enrolled{ID: one.ID, Warning: c.Warning(), RotateBy: one.RotateBy}
	if c.File != "" {
		e.From = fmt.Sprintf("%s:%d %s", c.File, c.Line, c.Name)
	}
	return e
}

var keyName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// year is after how long a key should be another one, where nobody says: the key of the Toyota case was open for almost
// five.
const year = 365 * 24 * time.Hour

// key makes what is registered out of a value and of what is said of it.
func (d KeyDetails) key(site key.Site, c key.Candidate, now time.Time) (key.Key, error) {
	one := key.Key{
		ID: cmp.Or(d.ID, c.ID), Kind: cmp.Or(d.Kind, c.Kind), Owner: d.Owner, Contractor: d.Contractor, Purpose: d.Purpose,
		Lives: d.Lives, Readers: d.Readers, Public: c.Public, Weak: c.Weak(), Added: now,
	}
	if !keyName.MatchString(one.ID) || one.ID == string(c.Value.Bytes()) {
		return one, usagef("", "--id: a name for a key has letters, digits, dots, dashes and underscores, 80 at most, and is not the key itself")
	}
	if from, err := filepath.Abs(c.File); err == nil && c.File != "" && len(one.Lives) == 0 {
		one.Lives = []string{from} // where it is used; what is committed from there is another matter
	}
	var err error
	if one.Print, err = site.Print(c.Value.Bytes()); err != nil {
		return one, usagef("", "%s: %v", one.ID, err)
	}
	for _, word := range d.Opens {
		opening, err := parseOpening(word)
		if err != nil {
			return one, err
		}
		one.Opens = append(one.Opens, opening)
	}
	if d.Created != "" {
		if one.Created, err = keyDate("--created", d.Created); err != nil {
			return one, err
		}
		if one.Created.After(now) {
			return one, usagef("", "--created: %s has not come yet", d.Created)
		}
	}
	made := one.Created
	if made.IsZero() {
		made = now
	}
	switch d.RotateBy {
	case "never":
	case "":
		one.RotateBy = made.Add(year)
	default:
		if one.RotateBy, err = keyDate("--rotate-by", d.RotateBy); err != nil {
			return one, err
		}
	}
	return one, nil
}

func keyDate(flag, word string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, word, time.Local)
	if err != nil {
		return at, usagef("write it as in 2027-03-31", "%s: this is no date", flag)
	}
	return at, nil
}

// KeyDate reads the day that a flag names.
func KeyDate(flag, word string) (time.Time, error) { return keyDate(flag, word) }

// parseOpening reads "orders table: name,address @ 296019": what a key opens, which data are there, of about how many
// people. Both behind the first are optional.
func parseOpening(word string) (key.Opening, error) {
	rest, about, counted := cutLast(word, "@")
	o := key.Opening{What: strings.TrimSpace(word)}
	if counted {
		n, err := strconv.Atoi(strings.NewReplacer(",", "", " ", "", "_", "").Replace(about))
		if err != nil || n < 0 {
			return o, usagef(`write it as in --opens "orders: name,address @ 296019"`, "--opens: what stands behind the @ is no number of people")
		}
		o.What, o.About = strings.TrimSpace(rest), n
	}
	if what, data, found := cutLast(o.What, ": "); found {
		o.What = strings.TrimSpace(what)
		for item := range strings.SplitSeq(data, ",") {
			if item = strings.ToLower(strings.TrimSpace(item)); item != "" {
				o.Data = append(o.Data, item)
			}
		}
	}
	if o.What == "" {
		return o, usagef(`write it as in --opens "orders: name,address @ 296019"`, "--opens: it does not say what is opened")
	}
	return o, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// shellWord writes a word so that a shell takes it for one.
func shellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
