package php

// kind is what a token is.
type kind uint8

const (
	tEnd    kind = iota
	tInline      // text outside the code
	tEcho        // "<?=", which begins a statement that writes
	tName        // a word, with or without its namespace
	tVar         // $name
	tDollar      // a "$" before another "$", a brace, or nothing
	tNumber
	tSingle   // '...'
	tDouble   // "..."
	tBacktick // `...`
	tHeredoc  // <<<NAME
	tNowdoc   // <<<'NAME'
	tCast     // (int)
	tSymbol   // an operator or a bracket
)

// token is one token: where it stands, and of a word or symbol which one.
type token struct {
	kind       kind
	sym        sym
	start, end int32
}

// sym is a symbol or a word of the language.
type sym uint8

// The symbols, and then the words of the language.
const (
	symNone sym = iota
	symSemicolon
	symComma
	symOpen
	symClose
	symOpenBracket
	symCloseBracket
	symOpenBrace
	symCloseBrace
	symAttribute // #[
	symQuestion
	symColon
	symDoubleColon
	symArrow
	symNullArrow
	symDoubleArrow
	symAt
	symBackslash
	symEllipsis
	symAssign
	symAssignPlus
	symAssignMinus
	symAssignTimes
	symAssignDivide
	symAssignConcat
	symAssignModulo
	symAssignAnd
	symAssignOr
	symAssignXor
	symAssignLeft
	symAssignRight
	symAssignPower
	symAssignCoalesce
	symPlus
	symMinus
	symTimes
	symDivide
	symModulo
	symPower
	symConcat
	symAnd
	symOr
	symXor
	symTilde
	symNot
	symLeft
	symRight
	symBoth
	symEither
	symCoalesce
	symEqual
	symSame
	symUnequal
	symUnsame
	symLess
	symGreater
	symLessEqual
	symGreaterEqual
	symSpaceship
	symIncrement
	symDecrement

	wordAbstract
	wordAnd
	wordArray
	wordAs
	wordBreak
	wordCase
	wordCatch
	wordClass
	wordClone
	wordConst
	wordContinue
	wordDeclare
	wordDefault
	wordDo
	wordEcho
	wordElse
	wordElseif
	wordEmpty
	wordEnddeclare
	wordEndfor
	wordEndforeach
	wordEndif
	wordEndswitch
	wordEndwhile
	wordEnum
	wordEval
	wordExit
	wordExtends
	wordFinal
	wordFinally
	wordFn
	wordFor
	wordForeach
	wordFunction
	wordGlobal
	wordGoto
	wordHalt
	wordIf
	wordImplements
	wordInclude
	wordInstanceof
	wordInterface
	wordIsset
	wordList
	wordMatch
	wordNamespace
	wordNew
	wordOr
	wordPrint
	wordPrivate
	wordProtected
	wordPublic
	wordReadonly
	wordReturn
	wordStatic
	wordSwitch
	wordThrow
	wordTrait
	wordTry
	wordUnset
	wordUse
	wordVar
	wordWhile
	wordXor
	wordYield
)

var words = map[string]sym{
	"abstract": wordAbstract, "and": wordAnd, "array": wordArray, "as": wordAs, "break": wordBreak, "case": wordCase,
	"catch": wordCatch, "class": wordClass, "clone": wordClone, "const": wordConst, "continue": wordContinue,
	"declare": wordDeclare, "default": wordDefault, "do": wordDo, "echo": wordEcho, "else": wordElse, "elseif": wordElseif,
	"empty": wordEmpty, "enddeclare": wordEnddeclare, "endfor": wordEndfor, "endforeach": wordEndforeach, "endif": wordEndif,
	"endswitch": wordEndswitch, "endwhile": wordEndwhile, "enum": wordEnum, "eval": wordEval, "exit": wordExit, "die": wordExit,
	"extends": wordExtends, "final": wordFinal, "finally": wordFinally, "fn": wordFn, "for": wordFor, "foreach": wordForeach,
	"function": wordFunction, "global": wordGlobal, "goto": wordGoto, "__halt_compiler": wordHalt, "if": wordIf,
	"implements": wordImplements, "include": wordInclude, "include_once": wordInclude, "require": wordInclude,
	"require_once": wordInclude, "instanceof": wordInstanceof, "interface": wordInterface, "isset": wordIsset, "list": wordList,
	"match": wordMatch, "namespace": wordNamespace, "new": wordNew, "or": wordOr, "print": wordPrint, "private": wordPrivate,
	"protected": wordProtected, "public": wordPublic, "readonly": wordReadonly, "return": wordReturn, "static": wordStatic,
	"switch": wordSwitch, "throw": wordThrow, "trait": wordTrait, "try": wordTry, "unset": wordUnset, "use": wordUse,
	"var": wordVar, "while": wordWhile, "xor": wordXor, "yield": wordYield,
}

// symbols are those of several characters by their first, the longest first.
var symbols = map[byte][]struct {
	text string
	sym  sym
}{
	'?': {{"?->", symNullArrow}, {"??=", symAssignCoalesce}, {"??", symCoalesce}, {"?", symQuestion}},
	':': {{"::", symDoubleColon}, {":", symColon}},
	'-': {{"->", symArrow}, {"--", symDecrement}, {"-=", symAssignMinus}, {"-", symMinus}},
	'=': {{"===", symSame}, {"==", symEqual}, {"=>", symDoubleArrow}, {"=", symAssign}},
	'.': {{"...", symEllipsis}, {".=", symAssignConcat}, {".", symConcat}},
	'+': {{"++", symIncrement}, {"+=", symAssignPlus}, {"+", symPlus}},
	'*': {{"**=", symAssignPower}, {"**", symPower}, {"*=", symAssignTimes}, {"*", symTimes}},
	'/': {{"/=", symAssignDivide}, {"/", symDivide}},
	'%': {{"%=", symAssignModulo}, {"%", symModulo}},
	'&': {{"&&", symBoth}, {"&=", symAssignAnd}, {"&", symAnd}},
	'|': {{"||", symEither}, {"|=", symAssignOr}, {"|", symOr}},
	'^': {{"^=", symAssignXor}, {"^", symXor}},
	'<': {{"<<=", symAssignLeft}, {"<=>", symSpaceship}, {"<<", symLeft}, {"<=", symLessEqual}, {"<>", symUnequal}, {"<", symLess}},
	'>': {{">>=", symAssignRight}, {">>", symRight}, {">=", symGreaterEqual}, {">", symGreater}},
	'!': {{"!==", symUnsame}, {"!=", symUnequal}, {"!", symNot}},
	';': {{";", symSemicolon}}, ',': {{",", symComma}}, '(': {{"(", symOpen}}, ')': {{")", symClose}},
	'[': {{"[", symOpenBracket}}, ']': {{"]", symCloseBracket}}, '{': {{"{", symOpenBrace}}, '}': {{"}", symCloseBrace}},
	'@': {{"@", symAt}}, '~': {{"~", symTilde}}, '\\': {{"\\", symBackslash}},
}

// symbolTable is symbols by the byte itself.
var symbolTable = func() (table [256][]struct {
	text string
	sym  sym
},
) {
	for c, list := range symbols {
		table[c] = list
	}
	return table
}()

// casts are the words of a cast, each with the letter that stands for it: i, f, s, b, a, o or n.
var casts = map[string]sym{
	"int": 'i', "integer": 'i', "bool": 'b', "boolean": 'b', "float": 'f', "double": 'f', "real": 'f', "string": 's',
	"binary": 's', "array": 'a', "object": 'o', "unset": 'n',
}
