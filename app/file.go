package app

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a file that appears under its name only when it is complete. Make one with [CreateFile], then either
// [File.Commit] or [File.Discard] it.
type File struct {
	*os.File
	name string // where it goes; empty for a device or pipe, which is written to directly
}

// CreateFile begins a file that will replace name. It fails at once where name could not be written at the end: a
// check of a minute should not find that out afterwards.
func CreateFile(name string) (*File, error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil, &fs.PathError{Op: "write", Path: name, Err: errors.New("is a folder")}
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		return &File{File: f}, err
	case err == nil: // keep a symbolic link one
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	}
	f, err := createBeside(name)
	if err != nil {
		return nil, err
	}
	if info != nil {
		_ = f.Chmod(info.Mode().Perm()) // where the system has no such modes, none is lost
	}
	return &File{File: f, name: name}, nil
}

// createBeside makes a new file in the folder of name, with the permissions the user's umask gives to new files.
func createBeside(name string) (*os.File, error) {
	unique := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text())
	f, err := os.OpenFile(unique, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return nil, &fs.PathError{Op: "write", Path: name, Err: path.Err}
	}
	return f, err
}

// Commit makes the file durable and gives it its name.
func (f *File) Commit() error {
	if f.name == "" {
		return f.Close()
	}
	err := errors.Join(f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.File.Name(), f.name)
	}
	if err != nil {
		os.Remove(f.File.Name())
		return err
	}
	syncFolder(filepath.Dir(f.name))
	return nil
}

// Discard removes what was written; what had the name before keeps it. After Commit it does nothing.
func (f *File) Discard() {
	if f.Close() == nil && f.name != "" {
		os.Remove(f.File.Name())
	}
}

// syncFolder makes a rename in it durable; not every file system lets a folder be synced, and none loses data for it.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

// WritePrivate writes a file that this user alone can read.
func WritePrivate(name string, text []byte) error {
	f, err := CreateFile(name)
	if err != nil {
		return usagef("name a file in a folder that exists and can be written", "%v", err)
	}
	defer f.Discard()
	if f.name != "" { // not a device or a pipe
		if err := f.Chmod(0o600); err != nil {
			return err
		}
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Commit()
}
