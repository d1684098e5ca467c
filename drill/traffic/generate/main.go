// Command generate writes the logs of package traffic to files, for measuring.
//
//	generate --lines 5000000 --members 1000000 --out access.log
//	generate --format json --issuer issuer.log --attack 0.0002 --out access.json
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/tillwatch/tillwatch/drill/traffic"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	var c traffic.Config
	flag.Uint64Var(&c.Seed, "seed", 1, "the same seed gives the same logs")
	flag.Int64Var(&c.Lines, "lines", 5_000_000, "of the access log")
	flag.IntVar(&c.Members, "members", 1_000_000, "how many members there are")
	flag.Float64Var(&c.Rate, "rate", 200, "lines a second")
	format := flag.String("format", "combined", "combined or json")
	out := flag.String("out", "access.log", "the access log")
	issuer := flag.String("issuer", "", "the issuer's log; empty writes none")
	share := flag.Float64("attack", 0, "share of the lines that an attacker causes, as 0.0002")
	from := flag.Int64("attack-from", 0, "the line after which he begins")
	unknown := flag.Float64("unknown", 0.57, "share of the members he names who do not exist")
	flag.Parse()
	if *format == "json" {
		c.Format = traffic.JSON
	}
	if *share > 0 {
		c.Attack = &traffic.Attack{Share: *share, From: *from, Addresses: 10_000, Unknown: *unknown}
	}
	access, err := os.Create(*out)
	if err != nil {
		return err
	}
	var issued io.Writer
	if *issuer != "" {
		f, err := os.Create(*issuer)
		if err != nil {
			return err
		}
		defer f.Close()
		issued = f
	}
	w, err := traffic.Write(c, access, issued)
	if err != nil {
		return err
	}
	fmt.Printf("%d lines from %s to %s, %d tokens issued, %d requests of the attacker\n", w.Lines, w.From.Format("2006-01-02 15:04"), w.To.Format("2006-01-02 15:04"), w.Issued, w.Attacks)
	return access.Close()
}
