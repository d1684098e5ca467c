package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tillwatch/tillwatch/known"
)

// DataSet is one of the lists that come with the program.
type DataSet struct {
	Name  string         `json:"name"` // "published", "providers", "vulnerabilities", "end-of-life", "osv" or "kev"
	Date  string         `json:"date"` // the day it was made
	File  string         `json:"file"` // the newer file that is used in its place; empty where it is the program's own
	Holds map[string]int `json:"holds"`
}

// publishedName is the file in the state folder that replaces the embedded list of published files.
const publishedName = "published.bin"

// maxData bounds a data file, for all of it is held in memory while it is used.
const maxData = 30 << 20

// Data lists what data is used with a state folder.
func Data(stateDir string) ([]DataSet, error) {
	d, file, err := published(stateDir)
	if err != nil {
		return nil, err
	}
	list := known.PaymentProviders()
	providers, hosts := list.Counts()
	sets := []DataSet{
		publishedSet(d, file),
		{Name: "providers", Date: list.Date, Holds: map[string]int{"providers": providers, "hosts": hosts}},
	}
	for _, s := range softwareLists {
		set, err := s.used(stateDir)
		if err != nil {
			return nil, err
		}
		if set.Date != "" {
			sets = append(sets, set)
		}
	}
	return sets, nil
}

func publishedSet(d *known.Data, file string) DataSet {
	c := d.Counts()
	return DataSet{Name: "published", Date: d.Date(), File: file, Holds: map[string]int{
		"libraries": c.Libraries, "library_releases": c.Releases, "library_digests": c.Files, "library_statements": c.Statements,
		"platforms": c.Platforms, "platform_versions": c.Versions, "platform_files": c.Contents,
	}}
}

// published gives the list of published files that is used with a state folder: the program's own, or a newer one that
// was put there, and then its file. A damaged one is a *[UsageError]: to fall back silently could call a file foreign or
// changed that the operator knows to be listed.
func published(stateDir string) (*known.Data, string, error) {
	if stateDir == "" {
		return known.Embedded(), "", nil
	}
	name := filepath.Join(stateDir, publishedName)
	d, _, err := openData(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return known.Embedded(), "", nil
	case err != nil:
		return nil, "", usagef("install it again with tillwatch data update FILE, or remove it to use the data that came with this program",
			"%s cannot be used: %v", name, err)
	case d.Date() <= known.Embedded().Date():
		return known.Embedded(), "", nil // the program has been updated since
	}
	return d, name, nil
}

func openData(name string) (*known.Data, []byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, nil, errors.New("it is no file")
	case info.Size() > maxData:
		return nil, nil, fmt.Errorf("it is larger than %d MB", maxData>>20)
	}
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, err
	}
	d, err := known.Open(file)
	return d, file, err
}

// UpdateData puts a newer list of published files, vulnerabilities or ends of life into a state folder, where it replaces the
// program's own from then on, or a list of others (OSV records, the KEV catalogue), which adds to it.
// It says what is used now, and whether anything changed: a list of the same day changes nothing. A file that is damaged
// or older than what is used is a *[UsageError], and nothing changes.
func UpdateData(stateDir, name string) (used DataSet, changed bool, err error) {
	if s := updateKind(name); s != nil {
		return s.update(stateDir, name)
	}
	d, file, err := openData(name)
	if err != nil {
		if path := (*fs.PathError)(nil); errors.As(err, &path) {
			err = path.Err
		}
		return DataSet{}, false, usagef("", "%s cannot be used: %v", name, err)
	}
	current, from, err := published(stateDir)
	if err != nil { // what is there is damaged: this replaces it, unless the program's own is newer
		current, from = known.Embedded(), ""
	}
	switch {
	case d.Date() < current.Date():
		return DataSet{}, false, usagef("tillwatch data list says what is used", "%s was made on %s; what is used is newer: it was made on %s",
			name, d.Date(), current.Date())
	case d.Date() == current.Date() && err == nil:
		return publishedSet(current, from), false, nil
	}
	if _, err := openFolder(stateDir); err != nil {
		return DataSet{}, false, usagef("name a folder that can be written with --state", "the data cannot be kept: %v", err)
	}
	to := filepath.Join(stateDir, publishedName)
	err = writeFile(to, func(f *File) error {
		_, err := f.Write(file)
		return err
	})
	if err != nil {
		return DataSet{}, false, fmt.Errorf("%s could not be written: %w", to, err)
	}
	return publishedSet(d, to), true, nil
}
