package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func keyListenCommand() *cobra.Command {
	var f keyFlags
	var address, format string
	listen := &cobra.Command{
		Use:   "listen",
		Short: "Answer at an address that only a thief asks, and tell when a decoy or a retired key is used there",
		Long: `Answer every HTTP request with 401, look in it for decoys and retired keys, and tell of their first use by each sender,
and again when its count doubles. Give the address in the file of a decoy, or let the shop's own API hand on what it
refuses (nginx: error_page 401 = @refused). Each use is also a finding of the next tillwatch check of a repository. A
retired key is looked for without end: whoever has it has it from where it leaked.

Of a request nothing is kept but the sender's address, and that only where such a key was in it.

Exit codes: 0 stopped with Ctrl-C, 2 it cannot listen or the register cannot be read, 3 wrong usage.`,
		Example: "  tillwatch key listen --address 127.0.0.1:8790\n  tillwatch key listen --format json >> /var/log/tillwatch-keys.json",
		Args:    noKeyValue,
	}
	f.add(listen)
	listen.Flags().StringVar(&address, "address", "127.0.0.1:8790", "`HOST:PORT` to listen at; port 0 takes a free one")
	listen.Flags().StringVar(&format, "format", "text", "one line for each use, as `text|json`")
	listen.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		out := cmd.OutOrStdout()
		trap, err := keys.Trap(cmd.Context(), func(s app.KeyAlarm) {
			if format == "json" {
				_ = json.NewEncoder(out).Encode(map[string]any{"rule": s.Rule, "severity": s.Severity, "place": s.Place, "since": s.Since, "summary": s.Summary, "count": s.Count})
				return
			}
			fmt.Fprintf(out, "%s  %s  %s (times: %d)\n", time.Now().Format(time.DateTime), s.Rule, report.Shown(s.Summary), s.Count)
		})
		if err != nil {
			return err
		}
		listener, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", address)
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "listening at http://%s/ ; stop with Ctrl-C\n", listener.Addr())
		server := &http.Server{Handler: trap, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 64 << 10}
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(listener) }()
		select {
		case err := <-ended:
			return err
		case <-cmd.Context().Done():
			return server.Close()
		}
	}
	return listen
}
