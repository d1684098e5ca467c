package files

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/tillwatch/tillwatch"
)

func TestWebShellsInOtherLanguagesAreFoundByNameAndByContent(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	perl := "#!/usr/bin/perl\nuse CGI;\nprint `@{[CGI->new->param('x')]}`;\n"
	for name, content := range map[string]string{
		"index.html": "<p>shop</p>",
		"a.jsp":      `<% Runtime.getRuntime().exec(request.getParameter("x")); %>`,
		"b.aspx":     `<%@ Page Language="JScript"%><%eval(Request.Item["x"],"unsafe");%>`,
		"c.asp":      `<%execute(request("x"))%>`,
		"d.cgi":      perl,
		"e.jpg":      perl, // a setting has it run
		"f":          "#!/bin/sh\necho Content-type: text/plain\necho\neval \"$QUERY_STRING\"\n",
		"g.html":     `<!--#exec cmd="$QUERY_STRING_UNESCAPED" -->`,
		"h.txt":      "#!/bin/sh\necho hello\n",
		"i.py":       "import os\nos.system('ls')\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]tillwatch.Severity{}
	target := tillwatch.Target{Kind: tillwatch.KindFiles, Place: folder}
	err := New(Config{}).Observe(context.Background(), target, func(o tillwatch.Observation) error {
		if s, ok := o.(tillwatch.Sign); ok && s.Rule == ruleWebshell {
			got[filepath.Base(s.Place)] = s.Severity
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.jsp", "b.aspx", "c.asp", "d.cgi", "e.jpg", "f", "g.html"} {
		if got[name] < tillwatch.High {
			t.Errorf("%s: %v", name, got[name])
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("honest files are told of: %v", got)
	}
}
