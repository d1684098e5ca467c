// Command matrix tries every technique of the benchmark against the product, as an operator meets it who had a baseline
// before the attack: the honest shop is checked and approved, the case is planted, the shop is checked again. Nothing
// tells the check which case it is.
//
//	matrix --jobs 2 --json matrix.json --table docs/techniques-matrix.md
//
// It ends with status 0 where the numbers that the benchmark has to reach are reached, 1 where they are not, 2 where it
// could not run, and 130 where it was interrupted. A run of some rows or kinds only measures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/tillwatch/tillwatch/drill/technique"
)

// options are the words of the command line.
type options struct {
	jobs               int
	rows               []int
	kinds              []technique.Kind
	onlyLayer, resume  bool
	json, table, first string
	tableGiven         bool
}

// whole says that nothing is left out.
func (o options) whole() bool { return len(o.rows) == 0 && len(o.kinds) == 3 && o.onlyLayer }

func (o options) wants(kind technique.Kind) bool { return slices.Contains(o.kinds, kind) }

func main() {
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	unmet, err := run(ctx, o)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case interrupted:
		fmt.Fprintln(os.Stderr, "matrix: interrupted;", o.json, "holds the rows that were done, and --resume goes on from there")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(2)
	case len(unmet) > 0:
		for _, u := range unmet {
			fmt.Fprintln(os.Stderr, "matrix: not reached:", u)
		}
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("matrix", flag.ContinueOnError)
	rows := flags.String("rows", "", "only these rows, as in 1,2,37")
	kinds := flags.String("kinds", "skimmer,evasion,benign", "only these kinds")
	flags.IntVar(&o.jobs, "jobs", runtime.NumCPU(), "rows tried at the same time")
	flags.BoolVar(&o.onlyLayer, "only-layer", true, "try each skimmer also with only the layer switched on that its row names first")
	flags.BoolVar(&o.resume, "resume", false, "keep the rows that stand in the JSON file already, and try the others")
	flags.StringVar(&o.json, "json", "matrix.json", "where the results go, after each row")
	flags.StringVar(&o.table, "table", "docs/techniques-matrix.md", "where the table goes; a run of some rows writes it only when told where")
	flags.StringVar(&o.first, "first", "drill/matrix/first.json", "results of the first run of each row; a complete run adds the rows that are not in it")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	flags.Visit(func(f *flag.Flag) { o.tableGiven = o.tableGiven || f.Name == "table" })
	if flags.NArg() > 0 || o.jobs < 1 {
		return o, errors.New("there are only flags, and at least one job; see --help")
	}
	for word := range strings.SplitSeq(*rows, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		number, err := strconv.Atoi(word)
		if err != nil {
			return o, fmt.Errorf("--rows: %q is no number of a row", word)
		}
		o.rows = append(o.rows, number)
	}
	for word := range strings.SplitSeq(*kinds, ",") {
		kind := technique.Kind(strings.TrimSpace(word))
		if !slices.Contains([]technique.Kind{technique.Skimmer, technique.Evasion, technique.Benign}, kind) {
			return o, fmt.Errorf("--kinds: %q is none of skimmer, evasion and benign", kind)
		}
		if !slices.Contains(o.kinds, kind) {
			o.kinds = append(o.kinds, kind)
		}
	}
	return o, nil
}

func run(ctx context.Context, o options) (unmet []string, err error) {
	all, err := technique.All()
	if err != nil {
		return nil, err
	}
	todo, err := choose(all, o.rows)
	if err != nil {
		return nil, err
	}
	results := book{file: o.json}
	if o.resume {
		if results.rows, err = read(o.json); err != nil {
			return nil, err
		}
		todo = slices.DeleteFunc(todo, func(t technique.Technique) bool { return results.has(t.Row) })
	}
	if err := try(ctx, o, todo, &results); err != nil || ctx.Err() != nil {
		return nil, err
	}
	first, err := read(o.first)
	if err != nil {
		return nil, err
	}
	if o.whole() {
		if first, err = addFirst(o.first, first, results.rows); err != nil {
			return nil, err
		}
		unmet = count(results.rows).unmet()
	}
	text := table(results.rows, first)
	if o.whole() || o.tableGiven {
		if err := write(o.table, []byte(text)); err != nil {
			return nil, err
		}
		fmt.Fprintln(os.Stderr, o.table, "is written")
	}
	_, err = fmt.Print(text)
	return unmet, err
}

func choose(all []technique.Technique, rows []int) ([]technique.Technique, error) {
	for _, number := range rows {
		if !slices.ContainsFunc(all, func(t technique.Technique) bool { return t.Row == number }) {
			return nil, fmt.Errorf("--rows: there is no row %d", number)
		}
	}
	return slices.DeleteFunc(all, func(t technique.Technique) bool { return len(rows) > 0 && !slices.Contains(rows, t.Row) }), nil
}
