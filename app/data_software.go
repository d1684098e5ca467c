package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tillwatch/tillwatch/known"
)

// softwareList is a list about shop software that a newer file can replace, or that is imported from others.
type softwareList struct {
	name  string // as [DataSet.Name]
	file  string // in the state folder
	read  func(text []byte) (date string, holds int, keep []byte, err error)
	own   func() (date string, holds int) // what came with the program; nil where nothing did
	holds string                          // the key of [DataSet.Holds]
}

// maxSoftwareList bounds a file to import.
const maxSoftwareList = 128 << 20

var softwareLists = []softwareList{
	{
		"vulnerabilities", "vulnerabilities.tsv",
		func(text []byte) (string, int, []byte, error) {
			list, err := known.ParseVulnerabilities(string(text))
			if err != nil {
				return "", 0, nil, err
			}
			return list.Date, len(list.List), text, nil
		},
		func() (string, int) { l := known.CuratedVulnerabilities(); return l.Date, len(l.List) },
		"vulnerabilities",
	},
	{
		"end-of-life", "end-of-life.tsv",
		func(text []byte) (string, int, []byte, error) {
			list, err := known.ParseEndOfLife(string(text))
			if err != nil {
				return "", 0, nil, err
			}
			return list.Date, len(list.List), text, nil
		},
		func() (string, int) { l := known.EndsOfLife(); return l.Date, len(l.List) },
		"lines",
	},
	{
		"osv", "osv.json",
		func(text []byte) (string, int, []byte, error) {
			list, err := known.ParseOSV(text)
			if err != nil {
				return "", 0, nil, err
			}
			keep, err := list.Encode()
			return list.Date, len(list.List), keep, err
		},
		nil, "vulnerabilities",
	},
	{
		"kev", "kev.json",
		func(text []byte) (string, int, []byte, error) {
			list, err := known.ParseKEV(text)
			if err != nil {
				return "", 0, nil, err
			}
			return list.Date, len(list.Since), text, nil
		},
		nil, "vulnerabilities",
	},
}

// listKind tells by its beginning which list a file is; nil where it is none of them.
func listKind(head []byte) *softwareList {
	trimmed := bytes.TrimLeft(head, "\ufeff \t\r\n")
	name := ""
	switch {
	case bytes.HasPrefix(head, []byte("#tillwatch-vulnerabilities\t")):
		name = "vulnerabilities"
	case bytes.HasPrefix(head, []byte("#tillwatch-end-of-life\t")):
		name = "end-of-life"
	case bytes.HasPrefix(trimmed, []byte("{")) && bytes.Contains(head, []byte(`"catalogVersion"`)):
		name = "kev"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(trimmed, []byte("{")), bytes.HasPrefix(trimmed, []byte("[")):
		name = "osv"
	}
	for i := range softwareLists {
		if softwareLists[i].name == name {
			return &softwareLists[i]
		}
	}
	return nil
}

// installed reads what replaces or adds to the program's own list; nil where nothing does, or the program's own is newer.
// A damaged file is a *[UsageError].
func (s softwareList) installed(stateDir string) ([]byte, error) {
	if stateDir == "" {
		return nil, nil
	}
	name := filepath.Join(stateDir, s.file)
	text, err := readBounded(name, maxSoftwareList)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, usagef("remove it, or make it readable", "%s cannot be used: %v", name, err)
	}
	return text, nil
}

// used is a list as it is used with a state folder.
func (s softwareList) used(stateDir string) (DataSet, error) {
	set := DataSet{Name: s.name}
	if s.own != nil {
		date, n := s.own()
		set.Date, set.Holds = date, map[string]int{s.holds: n}
	}
	text, err := s.installed(stateDir)
	if err != nil || text == nil {
		return set, err
	}
	date, n, err := s.summary(text)
	if err != nil {
		name := filepath.Join(stateDir, s.file)
		return set, usagef("install it again with tillwatch data update FILE, or remove it", "%s cannot be used: %v", name, err)
	}
	if date > set.Date {
		set = DataSet{Name: s.name, Date: date, File: filepath.Join(stateDir, s.file), Holds: map[string]int{s.holds: n}}
	}
	return set, nil
}

// summary reads a list in the form it is kept in.
func (s softwareList) summary(kept []byte) (string, int, error) {
	if s.name == "osv" {
		list, err := known.DecodeVulnerabilities(kept)
		if err != nil {
			return "", 0, err
		}
		return list.Date, len(list.List), nil
	}
	date, n, _, err := s.read(kept)
	return date, n, err
}

// update puts a newer list into a state folder.
func (s softwareList) update(stateDir, name string) (used DataSet, changed bool, err error) {
	text, err := readBounded(name, maxSoftwareList)
	if err != nil {
		return DataSet{}, false, usagef("", "%s cannot be used: %v", name, err)
	}
	date, n, keep, err := s.read(text)
	if err != nil {
		return DataSet{}, false, usagef("", "%s cannot be used: %v", name, err)
	}
	current, err := s.used(stateDir)
	switch {
	case err != nil: // what is there is damaged: this replaces it
	case date < current.Date:
		return DataSet{}, false, usagef("tillwatch data list says what is used", "%s was made on %s; what is used is newer: it was made on %s",
			name, date, current.Date)
	case date == current.Date:
		return current, false, nil
	}
	if _, err := openFolder(stateDir); err != nil {
		return DataSet{}, false, usagef("name a folder that can be written with --state", "the data cannot be kept: %v", err)
	}
	to := filepath.Join(stateDir, s.file)
	err = writeFile(to, func(f *File) error {
		_, err := f.Write(keep)
		return err
	})
	if err != nil {
		return DataSet{}, false, fmt.Errorf("%s could not be written: %w", to, err)
	}
	return DataSet{Name: s.name, Date: date, File: to, Holds: map[string]int{s.holds: n}}, true, nil
}

// updateKind gives the list that a file is to replace; nil where it is for [known.Open] to say what it is.
func updateKind(name string) *softwareList {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, 4<<10)
	n, _ := f.Read(head) // what cannot be read is told of by whoever reads it all
	return listKind(head[:n])
}

// vulnerabilities gives the list that is used with a state folder, with what was imported. Errors are a *[UsageError].
func vulnerabilities(stateDir string) (*known.Vulnerabilities, error) {
	list := known.CuratedVulnerabilities()
	var imported *known.Vulnerabilities
	var exploited *known.Exploited
	for _, s := range softwareLists {
		text, err := s.installed(stateDir)
		if err != nil {
			return nil, err
		}
		if text == nil {
			continue
		}
		switch s.name {
		case "vulnerabilities":
			var newer *known.Vulnerabilities
			if newer, err = known.ParseVulnerabilities(string(text)); err == nil && newer.Date > list.Date {
				list = newer
			}
		case "osv":
			imported, err = known.DecodeVulnerabilities(text)
		case "kev":
			exploited, err = known.ParseKEV(text)
		}
		if err != nil {
			return nil, usagef("install it again with tillwatch data update FILE, or remove it", "%s cannot be used: %v", filepath.Join(stateDir, s.file), err)
		}
	}
	return list.With(imported, exploited), nil
}

// endsOfLife gives the list that is used with a state folder. Errors are a *[UsageError].
func endsOfLife(stateDir string) (*known.EndOfLife, error) {
	list := known.EndsOfLife()
	s := softwareList{file: "end-of-life.tsv"}
	text, err := s.installed(stateDir)
	if err != nil || text == nil {
		return list, err
	}
	newer, err := known.ParseEndOfLife(string(text))
	if err != nil {
		return nil, usagef("install it again with tillwatch data update FILE, or remove it", "%s cannot be used: %v", filepath.Join(stateDir, s.file), err)
	}
	if newer.Date > list.Date {
		return newer, nil
	}
	return list, nil
}
