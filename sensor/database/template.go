package database

import (
	"strings"

	"github.com/tillwatch/tillwatch"
)

// braces are the marks of template languages that are found by what stands in them: faces like {{(>_<)}} and a
// placeholder like {{name}} are no code.
var braces = []struct {
	what, open, close string
	code              func(inside string) bool
}{
	{"template code ({{ }})", "{{", "}}", isExpression},
	{"template code ({!! !!})", "{!!", "!!}", isExpression},
	{"template code ({% %})", "{%", "%}", isStatement},
	{"template code (${ })", "${", "}", isExpression},
	{"template code (#{ })", "#{", "}", isExpression},
	{"template code (*{ })", "*{", "}", isStrongExpression},
	{"template code (Smarty)", "{", "}", isSmarty},
}

// directives are those of template languages without braces.
var bare = []pattern{
	lazily(`(?:<|\[)#(?:assign|include|import|attempt|if|list|macro|function|ftl)\b`),
	lazily(`#(?:set|foreach|include|parse|evaluate|macro)\s*\(\s*["$]`),
	lazily(`(?:^|\s)@(?:php|eval|inject|include|extends)(?:\s*\(\s*['"$]|$|\n)`),
}

const (
	maxInside = 2000 // bytes between the marks of a template
	maxBraces = 60   // of one kind in one reading
)

// template looks for code of template languages, of the server's and the browser's.
func (s *suspicion) template(text string) {
	if !strings.ContainsAny(text, "{#@") {
		return
	}
	for _, b := range braces {
		rest := text
		for range maxBraces {
			i := strings.Index(rest, b.open)
			if i < 0 {
				break
			}
			rest = rest[i+len(b.open):]
			inside := rest[:min(len(rest), maxInside)]
			end := strings.Index(inside, b.close)
			if end < 0 {
				continue
			}
			if inside = strings.TrimSpace(strings.TrimLeft(inside[:end], "{")); b.code(inside) {
				s.add(tillwatch.High, tillwatch.Likely, b.what, b.open+inside+b.close)
				s.run(inside)
				break
			}
		}
	}
	for _, pattern := range bare {
		if m := pattern().FindString(text); m != "" {
			s.add(tillwatch.High, tillwatch.Likely, "template code (directive)", m)
		}
	}
}

var (
	arithmetic = lazily(`^[\s(]*['"]?\d+['"]?\s*[*/+-]\s*['"]?\d+`)
	call       = lazily(`[A-Za-z_$][\w$]+\(\s*[^)\s;_^<>]|[A-Za-z_$][\w$]+\(\)|[A-Za-z_$][\w$]+\s+\(\s*['"$\[{]`)
	filtered   = lazily(`[\w'")\]]\s*\|\s*[a-z_]{3,}\b`)
	subscript  = lazily(`[\w$\])]\s*\[\s*(?:['"]|\d|request|_|\w+\s*[.(])`)
	members    = lazily(`\b[a-z_$][\w$]*\.[a-z_$][\w$]*\.[a-z_$][\w$]*`)
	powerful   = lazily(`(?i)\b(?:constructor|prototype|__proto__|__class__|__globals__|_self|getTemplateFilter|jndi:|request\.|config\b.*\bitems|self\.|this\.|process\.|global\.|lipsum|cycler|joiner|app\.|settings\.|system\b.*\(|java\.|T\s*\(\s*java|new\s+\w|env:|sys:|lower:|upper:|script:|url:|dns:|date:|base64Decoder:)`)
	directives = lazily(`^/?(?:block|config|customvar|widget|layout|include|view|media|store|trans|inlinecss|css|depend|protocol|template)\s+[\w]+\s*=|^/?(?:if|for|var|each|with|unless|php|raw|import|set)\s+[\w.$"'(]+`)
	literal    = lazily(`^\s*(?:'[^']*'|"[^"]*")\s*[|.*+\[]`)
	statement  = lazily(`^(?:end)?(?:if|for|set|include|import|from|extends|block|macro|embed|use|do|apply|filter|autoescape|with|sandbox|verbatim|raw|load|debug|csrf_token|php|while|foreach|assign|capture|render|case|tablerow|unless)\b`)
	smartyTag  = lazily(`^/?(?:php|literal|include_php|include|eval|fetch|math|capture|config_load|insert|foreach|foreachelse|section|assign|function|call|block|extends|strip|debug|setfilter|nocache|html_\w+)(?:\s+\w+\s*=|\s+\$|\s*$)|^if\s+.*[($'"=]|^\$(?:smarty|_(?:get|post|request|server|cookie|files|env|session))\b|^\$\w+\s*(?:->|\.|\[|\|)|^(?:self|smarty|\w*smarty\w*)::|^(?:system|exec|passthru|shell_exec|phpinfo|eval|assert|file_get_contents|file_put_contents|readfile|popen|proc_open|call_user_func\w*|array_map|base64_decode|var_dump|print_r)\s*\(|^'[^']*'\s*\|`)
)

// isExpression tells code between the marks of a template from a face, a word and a placeholder.
func isExpression(in string) bool {
	return isStrongExpression(in) || filtered().MatchString(in) || directives().MatchString(in) || literal().MatchString(in) || members().MatchString(in)
}

func isStrongExpression(in string) bool {
	return arithmetic().MatchString(in) || powerful().MatchString(in) || subscript().MatchString(in) || call().MatchString(in)
}

func isStatement(in string) bool { return statement().MatchString(in) }

func isSmarty(in string) bool { return smartyTag().MatchString(in) }
