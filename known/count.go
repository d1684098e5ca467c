package known

// Counts says how much a data file lists.
type Counts struct {
	Libraries  int `json:"libraries"`
	Releases   int `json:"library_releases"`
	Files      int `json:"library_digests"` // the digests by which published library files are known
	Statements int `json:"library_statements"`
	Platforms  int `json:"platforms"`
	Versions   int `json:"platform_versions"`
	Contents   int `json:"platform_files"` // the contents that releases hold at their paths
}

// Counts counts what is listed.
func (d *Data) Counts() Counts {
	c := Counts{
		Releases: d.libraries.releases.len(), Files: d.libraries.digests.len(), Statements: d.statements.keys.len(),
		Platforms: len(d.releases.platforms), Contents: d.releases.blobs.len(),
	}
	last := ""
	for i := range d.libraries.releases.len() { // they are in the order of their names
		name, _ := d.libraries.release(i)
		if name != last {
			c.Libraries++
		}
		last = name
	}
	for _, p := range d.releases.platforms {
		c.Versions += len(p.Versions)
	}
	return c
}

// Counts gives how many providers and how many hosts are listed.
func (l *Providers) Counts() (providers, hosts int) {
	names := map[string]bool{}
	for _, list := range []map[string]Provider{l.exact, l.below} {
		for _, p := range list {
			names[p.Name] = true
		}
		hosts += len(list)
	}
	return len(names), hosts
}
