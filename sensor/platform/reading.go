package platform

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// reading is which software there is, and which versions it may be.
type reading struct {
	software  string
	folder    string // that it lies in, below the folder that is looked at; from outside empty
	versions  []string
	newer     bool         // or a version that no list holds yet
	within    known.Ranges // where no list holds the versions: what they may be; nil: any
	exact     bool         // the version is stated by the software itself, inside
	certainty tillwatch.Certainty
	evidence  []tillwatch.Evidence
	packaged  string // the package of the operating system that it comes from; empty for none
}

func (r reading) String() string {
	name := nameOf(r.software)
	switch {
	case len(r.versions) == 1 && !r.newer:
		return name + " " + r.versions[0]
	case len(r.versions) > 0:
		return name + " " + r.span()
	}
	return name
}

// span names versions that cannot be told apart, as intervals of the list they are from.
func (r reading) span() string {
	text := r.intervals()
	if r.newer {
		text += " or newer"
	}
	if len(r.versions) > 1 || r.newer {
		text += " (cannot tell apart)"
	}
	return text
}

func (r reading) intervals() string {
	list := r.listed()
	var out []string
	for i := 0; i < len(r.versions); {
		j := i
		at := slices.Index(list, r.versions[i])
		for at >= 0 && j+1 < len(r.versions) && at+j+1-i < len(list) && list[at+j+1-i] == r.versions[j+1] {
			j++
		}
		if j > i {
			out = append(out, r.versions[i]+"-"+r.versions[j])
		} else {
			out = append(out, r.versions[i])
		}
		i = j + 1
	}
	if len(out) > 6 {
		out = append(out[:3], "...", out[len(out)-1])
	}
	return strings.Join(out, ", ")
}

// listed are the versions that the list of releases knows of this software.
func (r reading) listed() []string {
	if p, ok := known.Embedded().Platform(r.software); ok {
		return p.Versions
	}
	return nil
}

// share is how many of the versions that it may be are among some: all, some, none, or it is not known.
type share int

const (
	none share = iota
	some
	all
	unknown
)

// beyond is newer than any version that a list names.
const beyond = "999999"

// among says how many of the versions that it may be are in the ranges.
func (r reading) among(rs known.Ranges) share {
	points := slices.Clone(r.versions)
	if r.newer {
		points = append(points, beyond)
	}
	if len(points) == 0 {
		if len(r.within) == 0 {
			return unknown
		}
		points = corners(r.within, rs)
	}
	in := 0
	for _, v := range points {
		if rs.Has(v) {
			in++
		}
	}
	switch in {
	case 0:
		return none
	case len(points):
		return all
	}
	return some
}

// corners are versions within some ranges at which belonging to others can change.
func corners(within, others known.Ranges) []string {
	points := []string{}
	for _, r := range slices.Concat(within, others) {
		if r.From != "" {
			points = append(points, r.From)
		}
		if r.To != "" {
			points = append(points, r.To, r.To+"-p9999")
		}
	}
	points = append(points, "0", beyond)
	return slices.DeleteFunc(points, func(v string) bool { return !within.Has(v) })
}

// restrict keeps of a list of versions those that all hints allow.
func restrict(versions []string, within []known.Ranges) []string {
	return slices.DeleteFunc(slices.Clone(versions), func(v string) bool {
		return slices.ContainsFunc(within, func(r known.Ranges) bool { return !r.Has(v) })
	})
}

// item is the software as a piece of the shop's state.
func (r reading) item(scope, place string) tillwatch.Item {
	sum := sha256.Sum256([]byte(r.String())) // another version is another content
	return tillwatch.Item{Kind: "software", Place: place, Scope: scope, Value: r.String(), Digest: "sha256:" + hex.EncodeToString(sum[:])}
}

// place names one matter of the software, so that each is a finding of its own.
func (r reading) place(base, matter string) string {
	if r.folder != "" && r.folder != "." {
		base = strings.TrimSuffix(base, "/") + "/" + r.folder
	}
	return fmt.Sprintf("%s#%s", base, matter)
}
