package key

import "testing"

func TestWhatCanBeGuessedIsWeak(t *testing.T) {
	for value, weak := range map[string]bool{
		"password": true, "Sakura2024shop": true, "eccube-db-password": true, "aaaaaaaaaaaaaaaaaaaaaaaaa": true, "12345678901234567890": true, "Tr0ub4dor&3!": true,
		"kX9vT2mQ8rLp4WzB6nYc": false, "9f86d081884c7d659a2feaa0c55ad015": false, "x7Kq!9vRz2Lm@4+w": false, "q8Zt3Kx0Wm5R": true,
	} {
		if got := Strength([]byte(value)); got < WeakBits != weak {
			t.Errorf("%q has %.0f bits", value, got)
		}
	}
	for name, secret := range map[string]bool{
		"DB_PASSWORD": true, "db.connection.default.password": true, "clientSecret": true, "AWSSecretKey": true, "AUTH_MAGIC": true, "authToken": true,
		"PUBLIC_KEY": false, "aws_access_key_id": false, "TOKEN_TTL": false, "keyboard": false, "PASSWORD_HASH_ALGOS": true, "passphrase": true, "author": false,
		"secret_name": false, "tokenUrl": false, "cache_key": false, "compass": false,
	} {
		if secretName(name) != secret {
			t.Errorf("%s: %v", name, !secret)
		}
	}
}
