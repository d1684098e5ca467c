package app

import (
	"strings"

	"github.com/tillwatch/tillwatch/app/report"
)

// Languages are those that Tillwatch speaks to people; English first.
func Languages() []string { return report.Languages() }

// LanguageOf picks the language for a user whose environment is env: the first of LC_ALL, LC_MESSAGES and LANG that is
// set decides, as POSIX has it.
func LanguageOf(env func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		locale := env(name)
		if locale == "" {
			continue
		}
		for _, language := range Languages() {
			if rest, found := strings.CutPrefix(strings.ToLower(locale), language); found && !startsWithLetter(rest) {
				return language
			}
		}
		break
	}
	return Languages()[0]
}

func startsWithLetter(s string) bool { return s != "" && s[0] >= 'a' && s[0] <= 'z' }

// ParseLanguage accepts one of [Languages]; anything else is a *[UsageError].
func ParseLanguage(word string) (string, error) { return parseWord("--lang", word, Languages()) }
