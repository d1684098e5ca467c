// Package intake takes lines of logs that others send: by syslog over UDP and TCP (RFC 5424, RFC 3164, RFC 6587), and by
// HTTP POST. What came is written to a file before it is acknowledged, and read from there like any other log that is
// followed, so that a kill loses nothing of it.
package intake
