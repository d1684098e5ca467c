package database

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"unicode"
)

// sampleRows is how many rows are looked at for what all have in common.
const sampleRows = 300

// sample is what rows of a table have in common. What one customer alone has does not leave it.
type sample struct {
	common  map[string]map[string]bool // texts that many have, such as a kind or a language: only those may stand in a canary's row, too
	secrets map[string][]string        // values of columns with passwords and keys: how they are written
	locale  string                     // of most
}

// take reads the rows.
func (p *Plot) take(ctx context.Context, keys []string) error {
	count, locales := map[string]map[string]int{}, map[string]int{}
	p.sample = sample{common: map[string]map[string]bool{}, secrets: map[string][]string{}}
	var rows [][]sql.NullString
	for _, key := range keys {
		row, err := p.row(ctx, key)
		if err != nil {
			return err
		}
		rows = append(rows, row)
		if l := p.spoken(row); l != "" {
			locales[l]++
		}
	}
	p.hashed(rows)
	for _, row := range rows {
		for i, c := range p.copied() {
			switch {
			case !row[i].Valid || row[i].String == "":
			case p.roles[c.name] == "secret" || p.roles[c.name] == "number":
				p.secrets[c.name] = append(p.secrets[c.name], row[i].String)
			case c.text() && p.roles[c.name] == "" && len(row[i].String) <= 40:
				if count[c.name] == nil {
					count[c.name] = map[string]int{}
				}
				count[c.name][row[i].String]++
			}
		}
	}
	for name, values := range count {
		p.common[name] = map[string]bool{}
		for value, n := range values {
			p.common[name][value] = n >= max(3, len(rows)/50)
		}
	}
	p.locale = "en"
	for _, l := range []string{"ja", "ko", "id", "en"} {
		if locales[l] > locales[p.locale] {
			p.locale = l
		}
	}
	return nil
}

// hashed finds columns that hold passwords or keys by what stands in them, where their names do not say so.
func (p *Plot) hashed(rows [][]sql.NullString) {
	for i, c := range p.copied() {
		if p.roles[c.name] != "" || !c.text() {
			continue
		}
		filled, hashes := 0, 0
		for _, row := range rows {
			if row[i].Valid && row[i].String != "" {
				filled++
				if hashForm().MatchString(row[i].String) {
					hashes++
				}
			}
		}
		if hashes > 0 && hashes >= filled*9/10 {
			p.roles[c.name] = "secret"
		}
	}
}

// hashForm is how programs write the hash of a password: $scheme$, {scheme}, scheme$rounds$, or bytes in hexadecimal, with a
// salt behind them.
var hashForm = lazily(`^\$[0-9A-Za-z_-]{1,20}\$|^\{[A-Z0-9.-]{2,20}\}|^[a-z0-9_]{3,20}\$[0-9]|^(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})(?:[:$].{1,100})?$`)

// localeOf is the locale of a row, or where it does not say, that of most rows.
func (p *Plot) localeOf(row []sql.NullString) string {
	if l := p.spoken(row); l != "" {
		return l
	}
	return p.locale
}

var (
	japanesePost    = lazily(`^\d{3}-?\d{4}$`)
	japanesePhone   = lazily(`^(?:\+?81[789]0?|0[5789]0)-?\d{4}-?\d{4}$`)
	koreanPhone     = lazily(`^(?:\+?82-?10|01[016-9])-?\d{3,4}-?\d{4}$`)
	indonesianPhone = lazily(`^(?:\+?62|0)-?8\d{1,2}[- ]?\d{3,4}[- ]?\d{3,5}$`)
	indonesianWords = lazily(`(?i)(?:^|\W)(?:jl|jln|jalan|gg|gang|kota|kab|kabupaten|kec|kecamatan|kel|kelurahan|rt|rw|provinsi)(?:\W|$)`)
)

// spoken tells from names, addresses, telephone and postcode of a row which locale it is in; empty: they do not say.
func (p *Plot) spoken(row []sql.NullString) string {
	found := map[string]bool{}
	for i, c := range p.copied() {
		value := strings.TrimSpace(row[i].String)
		if value == "" {
			continue
		}
		fits := func(l string, of func() *regexp.Regexp) { found[l] = found[l] || of().MatchString(value) }
		switch role := p.roles[c.name]; role {
		case "", "secret", "email", "birth", "number", "prefecture":
		case "phone":
			fits("ja phone", japanesePhone)
			fits("ko", koreanPhone)
			fits("id", indonesianPhone)
		case "postcode":
			fits("ja", japanesePost)
		default:
			for _, r := range value {
				switch {
				case unicode.Is(unicode.Hangul, r):
					return "ko"
				case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han):
					found["ja"] = true
				}
			}
			if role == "address" || role == "city" || role == "region" || role == "building" {
				fits("id", indonesianWords)
			}
		}
	}
	switch {
	case found["ja"]:
		return "ja"
	case found["ko"]:
		return "ko"
	case found["id"]:
		return "id"
	case found["ja phone"]:
		return "ja"
	}
	return ""
}
