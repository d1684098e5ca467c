package app

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/tillwatch/tillwatch"
)

// watchKinds are the words for a target's kind, in the order of the documentation.
var watchKinds = []struct {
	word    string
	kind    tillwatch.Kind
	every   time.Duration // usual
	least   time.Duration
	follows bool // its sensor can report what happens as it happens
}{
	{"page", tillwatch.KindPage, 15 * time.Minute, time.Minute, false},
	{"files", tillwatch.KindFiles, time.Hour, time.Second, true},
	{"database", tillwatch.KindDatabase, 15 * time.Minute, time.Second, true},
	{"log", tillwatch.KindLog, time.Hour, time.Minute, true},
	{"issued", tillwatch.KindIssued, time.Hour, time.Minute, true},
	{"members", tillwatch.KindMembers, time.Hour, time.Minute, true},
	{"git", tillwatch.KindSource, time.Hour, time.Minute, false},
	{"keys", tillwatch.KindKeys, time.Hour, time.Minute, false},
}

func kindWord(kind tillwatch.Kind) int {
	for i, k := range watchKinds {
		if k.kind == kind {
			return i
		}
	}
	return 0
}

// watchOption is a key of a target: for which kinds it is, and what it sets. A further option is a further line here.
type watchOption struct {
	key   string
	kinds []tillwatch.Kind // none: every kind
	set   func(*watchReader, *WatchTarget, ast.Node) string
}

func watchOptions() []watchOption {
	page := []tillwatch.Kind{tillwatch.KindPage}
	logs, members := []tillwatch.Kind{tillwatch.KindLog}, []tillwatch.Kind{tillwatch.KindMembers}
	judged := []tillwatch.Kind{tillwatch.KindPage, tillwatch.KindFiles, tillwatch.KindDatabase}
	file := func(to func(*WatchTarget) *string) func(*watchReader, *WatchTarget, ast.Node) string {
		return func(r *watchReader, t *WatchTarget, n ast.Node) string {
			name, wrong := r.text(n)
			*to(t) = r.path(name)
			return wrong
		}
	}
	text := func(to func(*WatchTarget) *string) func(*watchReader, *WatchTarget, ast.Node) string {
		return func(r *watchReader, t *WatchTarget, n ast.Node) (wrong string) {
			*to(t), wrong = r.text(n)
			return wrong
		}
	}
	yes := func(to func(*WatchTarget) *bool) func(*watchReader, *WatchTarget, ast.Node) string {
		return func(r *watchReader, t *WatchTarget, n ast.Node) (wrong string) {
			*to(t), wrong = r.boolean(n)
			return wrong
		}
	}
	list := func(to func(*WatchTarget) *[]string) func(*watchReader, *WatchTarget, ast.Node) string {
		return func(r *watchReader, t *WatchTarget, n ast.Node) (wrong string) {
			*to(t), wrong = r.list(n)
			return wrong
		}
	}
	length := func(to func(*WatchTarget) *time.Duration) func(*watchReader, *WatchTarget, ast.Node) string {
		return func(r *watchReader, t *WatchTarget, n ast.Node) (wrong string) {
			*to(t), wrong = r.duration(n)
			return wrong
		}
	}
	secret := func(variable string) func(*watchReader, *WatchTarget, ast.Node) string {
		return func(r *watchReader, t *WatchTarget, n ast.Node) string { return r.secretFile(t, variable, n) }
	}
	server := []tillwatch.Kind{tillwatch.KindFiles, tillwatch.KindDatabase}
	return []watchOption{
		{"interval", nil, length(func(t *WatchTarget) *time.Duration { return &t.Every })},
		{"follow", []tillwatch.Kind{tillwatch.KindFiles, tillwatch.KindDatabase, tillwatch.KindLog}, yes(func(t *WatchTarget) *bool { return &t.Follow })},
		{"authorise", judged, list(func(t *WatchTarget) *[]string { return &t.Shopper.Authorised })},
		{"profiles", page, list(func(t *WatchTarget) *[]string { return &t.Shopper.Profiles })},
		{"journey", page, file(func(t *WatchTarget) *string { return &t.Shopper.Journey })},
		{"allow_registration", page, yes(func(t *WatchTarget) *bool { return &t.Shopper.AllowRegistration })},
		{"allow_provider", page, yes(func(t *WatchTarget) *bool { return &t.Shopper.AllowProvider })},
		{"place_test_order", page, yes(func(t *WatchTarget) *bool { return &t.Shopper.PlaceTestOrder })},
		{"no_witness", page, yes(func(t *WatchTarget) *bool { return &t.Shopper.NoWitness })},
		{"ca", page, file(func(t *WatchTarget) *string { return &t.Shopper.CAFile })},
		{"auth_file", page, file(func(t *WatchTarget) *string { return &t.Shopper.AuthFile })},
		{"header_file", page, file(func(t *WatchTarget) *string { return &t.Shopper.HeaderFile })},
		{"cookie_file", page, file(func(t *WatchTarget) *string { return &t.Shopper.CookieFile })},
		{"chromium", page, file(func(t *WatchTarget) *string { return &t.Shopper.Chromium })},
		{"origin", page, text(func(t *WatchTarget) *string { return &t.Shopper.Origin })},
		{"timeout", page, length(func(t *WatchTarget) *time.Duration { return &t.Shopper.Timeout })},
		{"full_every", []tillwatch.Kind{tillwatch.KindFiles}, length(func(t *WatchTarget) *time.Duration { return &t.FullEvery })},
		{"ssh", []tillwatch.Kind{tillwatch.KindDatabase}, text(func(t *WatchTarget) *string { return &t.SSH.Through })},
		{"ssh_key", server, file(func(t *WatchTarget) *string { return &t.SSH.KeyFile })},
		{"ssh_password_file", server, file(func(t *WatchTarget) *string { return &t.SSH.PasswordFile })},
		{"known_hosts", server, file(func(t *WatchTarget) *string { return &t.SSH.KnownHosts })},
		{"password_file", []tillwatch.Kind{tillwatch.KindDatabase, tillwatch.KindMembers}, secret("TILLWATCH_DB_PASSWORD")},
		{"own_keys_only", []tillwatch.Kind{tillwatch.KindSource, tillwatch.KindKeys}, yes(func(t *WatchTarget) *bool { return &t.OwnKeysOnly })},
		{"only_alarms", logs, list(func(t *WatchTarget) *[]string { return &t.Logs.OnlyAlarms })},
		{"routes", logs, list(func(t *WatchTarget) *[]string { return &t.Logs.Routes })},
		{"log_format", logs, text(func(t *WatchTarget) *string { return &t.Logs.Format })},
		{"session_life", logs, length(func(t *WatchTarget) *time.Duration { return &t.Logs.SessionLife })},
		{"exempt", logs, list(func(t *WatchTarget) *[]string { return &t.Logs.Exempt })},
		{"table", members, text(func(t *WatchTarget) *string { return &t.Logs.Members.Table })},
		{"column", members, text(func(t *WatchTarget) *string { return &t.Logs.Members.Column })},
		{"query", members, text(func(t *WatchTarget) *string { return &t.Logs.Members.Query })},
		{"token_file", []tillwatch.Kind{tillwatch.KindSource, tillwatch.KindLog}, func(r *watchReader, t *WatchTarget, n ast.Node) string {
			if t.Kind == tillwatch.KindLog {
				return r.secretFile(t, logsSecret, n)
			}
			return r.secretFile(t, "TILLWATCH_GIT_AUTH", n)
		}},
	}
}

// text reads a value that is one text; the second result says what is wrong with it.
func (r *watchReader) text(n ast.Node) (string, string) {
	value, ok := n.(ast.ScalarNode)
	if !ok || value.GetValue() == nil {
		return "", "needs a text"
	}
	text := value.GetToken().Value
	if s, isText := value.GetValue().(string); isText {
		text = s
	}
	return r.expanded(strings.TrimSpace(text))
}

// expanded replaces ${NAME} from the environment. Every other dollar sign is itself.
func (r *watchReader) expanded(text string) (string, string) {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			break
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed {
			return "", "has a ${ without its }"
		}
		value := r.env(name)
		if value == "" {
			return "", fmt.Sprintf("names ${%s}, which is not set", name)
		}
		out.WriteString(value)
		text = rest
	}
	if out.Len() == 0 {
		return "", "needs a text"
	}
	return out.String(), ""
}

func (r *watchReader) boolean(n ast.Node) (bool, string) {
	text, _ := r.text(n)
	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, "is true or false"
	}
	return value, ""
}

func (r *watchReader) list(n ast.Node) ([]string, string) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		one, wrong := r.text(n)
		return []string{one}, wrong
	}
	var all []string
	for _, v := range sequence.Values {
		one, wrong := r.text(v)
		if wrong != "" {
			return nil, wrong
		}
		all = append(all, one)
	}
	return all, ""
}

func (r *watchReader) duration(n ast.Node) (time.Duration, string) {
	text, wrong := r.text(n)
	if wrong != "" {
		return 0, wrong
	}
	if days, found := strings.CutSuffix(text, "d"); found {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n <= 366 {
			return time.Duration(n) * 24 * time.Hour, ""
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > 366*24*time.Hour {
		return 0, fmt.Sprintf("cannot be %q: write it as 30s, 15m, 1h or 1d", text)
	}
	return d, ""
}

// secretFile reads a secret that stands in a file of its own. No error repeats it.
func (r *watchReader) secretFile(t *WatchTarget, variable string, n ast.Node) string {
	name, wrong := r.text(n)
	if wrong != "" {
		return wrong
	}
	text, err := readBounded(r.path(name), maxSecretFile)
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	t.secrets[variable] = strings.TrimRight(string(text), "\r\n")
	return ""
}
