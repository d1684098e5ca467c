package key

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// made makes a value that has the shape of a key and is none.
func made(seed int) string {
	const signs = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
	var b strings.Builder
	x := uint32(seed)*2654435761 + 12345
	for range 24 {
		x = x*1664525 + 1013904223
		b.WriteByte(signs[x>>16%uint32(len(signs))%uint32(len(signs))])
	}
	return b.String()
}

func TestConfigurationFilesAreEnrolled(t *testing.T) {
	v := func(i int) string { return made(i) }
	for _, c := range []struct {
		file, text string
		want       []string // "line name value"
	}{
		{".env", "# of the shop\nAPP_NAME=Shop\nAPP_KEY=base64:" + v(1) + "\nexport DB_PASSWORD=\"" + v(2) + "\" # old\nDB_USER=abc\nMAIL_PASSWORD='" + v(3) + "'\nEMPTY_KEY=\nDATABASE_URL=mysql://eccube:" + v(4) + "@db:3306/eccube\nTOKEN_TTL=36000000000\n", []string{
			"3 APP_KEY " + v(1), "4 DB_PASSWORD " + v(2), "6 MAIL_PASSWORD " + v(3), "8 DATABASE_URL (password) " + v(4),
		}},
		{"data/config/config.php", "<?php\ndefine('ECCUBE_INSTALL', 'ON');\ndefine('DB_PASSWORD', '" + v(1) + "');\ndefine('AUTH_MAGIC', '" + v(2) + "');\ndefine('PASSWORD_HASH_ALGOS', 'sha256');\n", []string{
			"3 DB_PASSWORD " + v(1), "4 AUTH_MAGIC " + v(2),
		}},
		{"app/etc/env.php", "<?php\nreturn [\n  'backend' => ['frontName' => 'admin'],\n  'crypt' => [\n    'key' => '" + v(1) + "'\n  ],\n  'db' => ['table_prefix' => '', 'connection' => array('default' => array('host' => 'localhost', 'password' => '" + v(2) + "'))],\n  'install' => ['date' => 'Sat'],\n];\n", []string{
			"5 crypt.key " + v(1), "7 db.connection.default.password " + v(2),
		}},
		{"wp-config.php", "<?php /* a comment */\ndefine( 'DB_PASSWORD', \"" + v(1) + "\" );\ndefine('AUTH_KEY',         'put your unique phrase here');\ndefine('NONCE_SALT', '" + v(2) + "' . '" + v(3) + "');\n$table_prefix = 'wp_';\n// define('X_KEY', 'no');\n", []string{
			"2 DB_PASSWORD " + v(1), "4 NONCE_SALT " + v(2) + v(3),
		}},
		{"settings.inc.php", "<?php\nconst API_KEY = '" + v(1) + "';\n$config['mail']['password'] = '" + v(2) + "';\n$x = env('DB_PASSWORD');\n'secret' => env('APP_SECRET', 'nothing here really'),\n", []string{
			"2 API_KEY " + v(1), "3 config.mail.password " + v(2),
		}},
		{"credentials", "[default]\naws_access_key_id = AKIA0000\naws_secret_access_key = " + v(1) + "\n[other]\naws_secret_access_key=" + v(2) + "\n", []string{
			"3 default.aws_secret_access_key " + v(1), "5 other.aws_secret_access_key " + v(2),
		}},
		{"env.php", "<?php return ['crypt' => ['key' => '" + v(1) + "\n" + v(2) + "']];", []string{"1 crypt.key " + v(1), "1 crypt.key " + v(2)}},
		{".env", "STORAGE=DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=" + v(1) + "==;EndpointSuffix=x\n", []string{"1 STORAGE.AccountKey " + v(1) + "=="}},
		{".npmrc", "registry=https://npm.example/\n//npm.example/:_authToken=" + v(1) + "\n", []string{"2 //npm.example/:_authToken " + v(1)}},
		{".netrc", "machine api.example\n  login shop\n  password " + v(1) + "\nmachine b.example login c password " + v(2) + "\n", []string{"3 api.example.password " + v(1), "4 b.example.password " + v(2)}},
		{".pgpass", "# c\ndb:5432:shop:app:a\\:" + v(1) + "\n", []string{"2 db.shop.app.password a:" + v(1)}},
		{".my.cnf", "[client]\nuser = a\npassword = \"" + v(1) + "\"\n", []string{"3 client.password " + v(1)}},
		{"docker-compose.yml", "services:\n  db:\n    image: mysql:8\n    environment:\n      MYSQL_PASSWORD: " + v(1) + "\n      MYSQL_ROOT_PASSWORD: ${ROOT}\n  web:\n    environment:\n      - API_KEY=" + v(2) + "\n      - \"APP_SECRET=" + v(3) + "\"\n", []string{
			"5 services.db.environment.MYSQL_PASSWORD " + v(1), "9 services.web.environment.API_KEY " + v(2), "10 services.web.environment.APP_SECRET " + v(3),
		}},
		{"secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n  db: " + base64.StdEncoding.EncodeToString([]byte(v(1))) + "\n---\nkind: Pod\nspec:\n  env:\n    - name: API_TOKEN\n      value: '" + v(2) + "'\n", []string{
			"6 data.db " + v(1), "12 spec.env.API_TOKEN " + v(2),
		}},
		{"key.json", "{\n \"type\": \"azure\",\n \"clientId\": \"x\",\n \"clientSecret\": \"" + v(1) + "\",\n \"a\": [{\"password\": \"" + v(2) + "\"}]\n}", []string{"4 clientSecret " + v(1), "5 a.password " + v(2)}},
		{"jwks.json", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"" + v(1) + "\"},{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"a\",\"y\":\"b\",\"d\":\"" + v(2) + "\"}]}", []string{"1 keys.jwk.k1 " + v(1), "1 keys.jwk " + v(2)}},
	} {
		list, _, err := Enrol(c.file, []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		var got []string
		ids := map[string]bool{}
		for _, k := range list {
			got = append(got, fmt.Sprintf("%d %s %s", k.Line, k.Name, k.Value.Bytes()))
			if ids[k.ID] || (&Register{}).Add(Key{ID: k.ID}) != nil {
				t.Errorf("%s: %q is no name, or is there twice", c.file, k.ID)
			}
			ids[k.ID] = true
			if k.Weak() {
				t.Errorf("%s: %s is taken for weak: %.0f bits", c.file, k.Name, k.Bits)
			}
			if strings.Contains(fmt.Sprintf("%v %+v %#v", k, k, list), string(k.Value.Bytes())) {
				t.Errorf("%s: shows the value of %s", c.file, k.Name)
			}
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", c.file, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func TestWhatIsNotEnrolledIsSaid(t *testing.T) {
	_, skipped, err := Enrol(".env", []byte("DB_PASSWORD=secret\nAPI_KEY=your-key-here\nX_TOKEN=ab1cd2\n"))
	if err != nil || len(skipped) != 3 || skipped[0].Why != WhyPlaceholder || skipped[1].Why != WhyPlaceholder || skipped[2].Why != WhyShort || skipped[2].Line != 3 {
		t.Errorf("%+v, %v", skipped, err)
	}
	list, _, _ := Enrol(".env", []byte("DB_PASSWORD=Sakura2024shop\n"))
	if len(list) != 1 || !list[0].Weak() || list[0].Warning() == "" {
		t.Errorf("%+v", list)
	}
	_, skipped, _ = Enrol("a.php", []byte("<?php $password = \"abc$x\" . f();"))
	if len(skipped) != 1 || skipped[0].Why != WhyUnread {
		t.Errorf("%+v", skipped)
	}
	_, skipped, _ = Enrol("a.yaml", []byte("db: {host: x, password: y}\nweb: {port: 1}\n"))
	if len(skipped) != 1 || skipped[0].Why != WhyUnread || skipped[0].Name != "db" {
		t.Errorf("%+v", skipped)
	}
	for file, text := range map[string]string{".env": "A_KEY=\"open", "a.php": "<?php $k = 'open", ".pgpass": "a:b", "x.json": "{\"a\":", "k.pem": "-----BEGIN PRIVATE KEY-----\nAAAA\n"} {
		if _, _, err := Enrol(file, []byte(text)); err == nil {
			t.Errorf("%s was read", file)
		}
	}
	if _, _, err := Enrol(".env", make([]byte, MaxFile+1)); !errors.Is(err, ErrFileTooLarge) {
		t.Error(err)
	}
}

// sshPEM writes an Ed25519 key as OpenSSH does.
func sshPEM(public ed25519.PublicKey, private ed25519.PrivateKey) []byte {
	field := func(dst []byte, fields ...[]byte) []byte {
		for _, f := range fields {
			dst = append(binary.BigEndian.AppendUint32(dst, uint32(len(f))), f...)
		}
		return dst
	}
	blob := field(nil, []byte("ssh-ed25519"), public)
	inner := field([]byte{1, 2, 3, 4, 1, 2, 3, 4}, []byte("ssh-ed25519"), public, private, []byte("shop"))
	raw := field([]byte("openssh-key-v1\x00"), []byte("none"), []byte("none"), nil)
	raw = field(binary.BigEndian.AppendUint32(raw, 1), blob, inner)
	return pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: raw})
}

func TestAPrivateKeyIsKnownByALineOfItAndByItsPublicHalf(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	edPublic, edKey, _ := ed25519.GenerateKey(rand.Reader)
	pkcs8 := func(k any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	}
	sec1, _ := x509.MarshalECPrivateKey(ecKey)
	for name, text := range map[string][]byte{
		"RSA": pkcs8(rsaKey), "EC": pkcs8(ecKey), "Ed25519": pkcs8(edKey), "SSH": sshPEM(edPublic, edKey),
		"PKCS #1": pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}),
		"SEC 1":   pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}),
	} {
		list, _, err := Enrol("key.pem", text)
		if err != nil || len(list) != 1 || len(list[0].Public) != 1 || list[0].Whole || list[0].Weak() {
			t.Fatalf("%s: %+v, %v", name, list, err)
		}
		typed, err := EnrolValue("k", text)
		if err != nil || !bytes.Equal(typed.Value.Bytes(), list[0].Value.Bytes()) {
			t.Errorf("%s from a pipe: %v", name, err)
		}
		p, err := testSite(t).Print(list[0].Value.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		m := NewMatcher(testSite(t), []Print{p})
		quoted, _ := json.Marshal(string(text))
		indented := "tls.key: |\n    " + strings.ReplaceAll(string(text), "\n", "\n    ")
		encoded := base64.StdEncoding.EncodeToString(text)
		for how, s := range map[string]string{"as it is": string(text), "JSON": string(quoted), "YAML": indented, "base64": encoded, "Windows": strings.ReplaceAll(string(text), "\n", "\r\n")} {
			if len(m.Find([]byte(s))) != 1 {
				t.Errorf("%s is not found, %s", name, how)
			}
		}
		inJSON := fmt.Sprintf("{\n\"type\": \"service_account\",\n\"private_key_id\": \"x\",\n\"private_key\": %s}", quoted)
		if list, _, err := Enrol("sa.json", []byte(inJSON)); err != nil || len(list) != 1 || list[0].Line != 4 {
			t.Errorf("%s in JSON: %+v, %v", name, list, err)
		}
	}
	public, _ := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	list, _, _ := Enrol("key.pem", pkcs8(rsaKey))
	p, _ := testSite(t).Print(list[0].Value.Bytes())
	if NewMatcher(testSite(t), []Print{p}).Find(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})) != nil {
		t.Error("the public half is taken for the key")
	}
}

func FuzzEnrol(f *testing.F) {
	names := []string{".env", "a.php", "credentials", ".netrc", ".pgpass", "a.yaml", "a.json", "a.pem", "unknown"}
	for i, s := range []string{
		"A_KEY=\"a\\\nb\"\n", "<?php define('A_KEY', 'x' . 'y'); $a['b']=['c'=>'d'];", "[a]\nb=c\n", "machine a login b password c", "a:b:c:d:e\\:f",
		"a:\n  - b: |\n      c\n    d: {e: f}\nkind: Secret\ndata:\n  x: YQ==\n", `{"kty":"EC","d":"a","x":[{"y":"z"}]}`,
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz\n-----END OPENSSH PRIVATE KEY-----\n", "x",
	} {
		f.Add(i, []byte(s))
	}
	f.Fuzz(func(t *testing.T, kind int, text []byte) {
		list, skipped, err := Enrol(names[uint(kind)%uint(len(names))], text)
		if err != nil && (list != nil || skipped != nil) {
			t.Error("an error and a list")
		}
		for _, c := range list {
			if n := c.Value.Len(); n < MinLength || n > MaxLength || c.Line < 1 || c.Line > 1+bytes.Count(text, []byte("\n")) {
				t.Errorf("%+v of %d bytes", c, len(text))
			}
			if (&Register{}).Add(Key{ID: c.ID}) != nil {
				t.Errorf("%q is no name", c.ID)
			}
		}
	})
}
