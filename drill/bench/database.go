package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var orders = flag.Int("orders", 5_000_000, "rows of the table whose following is measured; fewer take less than the two minutes")

// following measures what following a table of orders costs, of program and server together, in percent of one core: on
// MariaDB and on PostgreSQL, with an order every half second. The limit is two percent.
func following(ctx context.Context, tillwatch string, _ int) ([]figure, error) {
	program, err := filepath.Abs(tillwatch)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-tags", "load", "-v", "-run", "TestLoad", "-count", "1", "-timeout", "60m", "./sensor/database", "-args", "-rows", fmt.Sprint(*orders), "-tillwatch", program)
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("following a database: %w\n%s", err, out)
	}
	var figures []figure
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var server string
		var rows int
		var client, load, slowest float64
		if !strings.HasPrefix(lines.Text(), "LOAD ") {
			continue
		}
		if _, err := fmt.Sscanf(lines.Text(), "LOAD %s rows=%d client=%g server=%g slowest=%g", &server, &rows, &client, &load, &slowest); err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		figures = append(figures,
			figure{fmt.Sprintf("follow %s, %d rows", server, rows), client + load, "%", "of one core, client and server; limit", 2, (client + load) / 2},
			figure{fmt.Sprintf("order to finding, %s, slowest", server), slowest, "s", "limit", 2, slowest / 2})
	}
	if len(figures) == 0 {
		return nil, fmt.Errorf("following a database gave no figure:\n%s", out)
	}
	return figures, nil
}
