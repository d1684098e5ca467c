package key

import (
	"bytes"
	"encoding/base64"
	"hash/crc32"

	"github.com/tillwatch/tillwatch"
)

const (
	low    = tillwatch.Low
	medium = tillwatch.Medium
)

// tokenRules are shapes that begin with something of their own, as their makers' documents describe them. What only opens a test
// system, names a key without being one, or is meant to be public, is low.
var tokenRules = []rule{
	// clouds
	{id: "aws-key", what: "access key of Amazon Web Services", severity: medium, heads: []string{"AKIA", "ASIA"}, body: upperNum, least: 16, most: 16, grade: withSecret(base64s, 40)},
	{id: "alibaba-key", what: "access key of Alibaba Cloud", severity: medium, heads: []string{"LTAI"}, body: alnum, least: 12, most: 26, grade: withSecret(alnum, 30)},
	{id: "tencent-key", what: "access key of Tencent Cloud", severity: medium, heads: []string{"AKID"}, body: alnum, least: 32, most: 32, grade: withSecret(alnum, 32)},
	{id: "google-api-key", what: "API key of Google, often meant for browsers", severity: medium, heads: []string{"AIza"}, body: urlSafe, least: 35, most: 35},
	{id: "google-access-token", what: "access token of Google", severity: medium, heads: []string{"ya29."}, body: urlSafe, least: 60, most: 400},
	{id: "google-server-key", what: "server key of Firebase Cloud Messaging", severity: medium, heads: []string{":APA91b"}, find: pushKey, sample: func(b func(*alphabet, int) string) string {
		return "AAAAb1C2d3E" + ":APA91b" + b(alnum, 134)
	}},
	{id: "google-client-secret", what: "client secret of Google", severity: medium, heads: []string{"GOCSPX-"}, body: urlSafe, least: 28, most: 28},
	{id: "azure-client-secret", what: "client secret of Microsoft Entra ID", severity: medium, heads: append(each("8Q~", alnum), each("7Q~", alnum)...), find: entraSecret, sample: func(b func(*alphabet, int) string) string {
		return "a1B" + "8Q~" + b(alnum, 34)
	}},
	{id: "azure-signature", what: "shared access signature of Azure", severity: medium, heads: []string{"sig="}, body: alphabetOf(alnum.signs + "%"), least: 43, most: 70, near: []string{"se=20"}},
	{id: "azure-storage-key", what: "account key of Azure Storage", severity: medium, heads: []string{"AccountKey="}, body: base64s, least: 86, most: 86},
	{id: "azure-shared-key", what: "shared access key of Azure", severity: medium, heads: []string{"SharedAccessKey="}, body: base64s, least: 43, most: 43},
	{id: "digitalocean-token", what: "token of DigitalOcean", severity: medium, heads: []string{"dop_v1_", "doo_v1_", "dor_v1_"}, body: lowHex, least: 64, most: 64},

	// payment providers
	{id: "payment-secret-key", what: "secret key of Stripe, PAY.JP or KOMOJU", severity: medium, heads: []string{"sk_live_", "rk_live_"}, body: alnum, least: 20, most: 247},
	{id: "payment-test-key", what: "test key of Stripe, PAY.JP or KOMOJU", severity: low, heads: []string{"sk_test_", "rk_test_"}, body: alnum, least: 20, most: 247},
	{id: "stripe-webhook-secret", what: "webhook secret of Stripe", severity: medium, heads: []string{"whsec_"}, body: base64s, least: 32, most: 64},
	{id: "toss-secret-key", what: "secret key of Toss Payments", severity: medium, heads: []string{"live_sk_", "live_gsk_"}, body: alnum, least: 20, most: 80},
	{id: "toss-test-key", what: "test key of Toss Payments", severity: low, heads: []string{"test_sk_", "test_gsk_"}, body: alnum, least: 20, most: 80},
	{id: "kakao-admin-key", what: "admin key of Kakao", severity: medium, heads: []string{"KakaoAK "}, body: lowHex, least: 32, most: 32},
	{id: "kakaopay-secret-key", what: "secret key of KakaoPay", severity: medium, heads: []string{"SECRET_KEY PRD"}, body: alnum, least: 20, most: 64},
	{id: "midtrans-server-key", what: "server key of Midtrans", severity: medium, heads: []string{"Mid-server-"}, body: urlSafe, least: 20, most: 40, grade: unlessBehind("SB-")},
	{id: "xendit-secret-key", what: "secret key of Xendit", severity: medium, heads: []string{"xnd_production_"}, body: alnum, least: 40, most: 80},
	{id: "xendit-test-key", what: "test key of Xendit", severity: low, heads: []string{"xnd_development_"}, body: alnum, least: 40, most: 80},
	{id: "doku-secret-key", what: "secret key of DOKU", severity: medium, heads: each("SK-", alnum), body: alnum, least: 15, most: 31, near: []string{"doku"}},
	{id: "omise-secret-key", what: "secret key of Omise", severity: medium, heads: []string{"skey_"}, body: alnum, least: 19, most: 24},
	{id: "paypal-token", what: "access token of PayPal or Braintree", severity: medium, heads: []string{"access_token$production$"}, find: merchantToken, sample: func(b func(*alphabet, int) string) string {
		return "access_token$production$" + b(alnum, 16) + "$" + b(lowHex, 32)
	}},
	{id: "square-secret", what: "application secret of Square", severity: medium, heads: []string{"sq0csp-"}, body: urlSafe, least: 43, most: 43},
	{id: "square-token", what: "access token of Square", severity: medium, heads: []string{"EAAA"}, body: urlSafe, least: 60, most: 60, near: []string{"square"}},
	{id: "adyen-api-key", what: "API key of Adyen", severity: medium, heads: []string{"AQEx", "AQEn", "AQEy", "AQEt", "AQEj", "AQEh"}, body: alphabetOf(base64s.signs + "-="), least: 80, most: 300, near: []string{"adyen"}},
	{id: "mollie-key", what: "live key of Mollie", severity: medium, heads: []string{"live_"}, body: alnum, least: 30, most: 30, near: []string{"mollie"}},
	{id: "shopify-token", what: "token of Shopify", severity: medium, heads: []string{"shpat_", "shpca_", "shppa_", "shpss_"}, body: anyHex, least: 32, most: 32},

	{id: "facebook-token", what: "access token of Facebook", severity: medium, heads: each("EAAC", alnum), body: alnum, least: 80, most: 400},
	{id: "woocommerce-secret", what: "consumer secret of a WooCommerce shop", severity: medium, heads: each("cs_", lowHex), find: fixed(3, lowHex, 40), sample: func(b func(*alphabet, int) string) string { return "cs_" + b(lowHex, 40) }},
	{id: "razorpay-key", what: "live key id of Razorpay", severity: medium, heads: []string{"rzp_live_"}, body: alnum, least: 14, most: 14, grade: withSecret(alnum, 24), sample: func(b func(*alphabet, int) string) string {
		return "rzp_live_" + b(alnum, 14) + ",'" + b(alnum, 24) + "'"
	}},

	// mail and chat
	{id: "sendgrid-key", what: "API key of SendGrid", severity: medium, heads: each("SG.", urlSafe), find: parts(3, '.', 22, 43), sample: func(b func(*alphabet, int) string) string { return "SG." + b(alnum, 22) + "." + b(alnum, 43) }},
	{id: "mailgun-key", what: "API key of Mailgun", severity: medium, heads: each("key-", lowHex), find: fixed(4, lowHex, 32), near: []string{"mailgun"}, sample: func(b func(*alphabet, int) string) string { return "key-" + b(lowHex, 32) }},
	{id: "brevo-key", what: "API key of Brevo", severity: medium, heads: []string{"xkeysib-"}, body: alphabetOf(digits + lower + upper + "-"), least: 80, most: 90},
	{id: "slack-token", what: "token of Slack", severity: medium, heads: []string{"xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"}, body: urlSafe, least: 30, most: 250},
	{id: "slack-webhook", what: "webhook of Slack", severity: medium, heads: []string{"hooks.slack.com/services/"}, body: alphabetOf(digits + upper + lower + "/"), least: 40, most: 80},
	{id: "telegram-token", what: "token of a Telegram bot", severity: medium, heads: each(":AA", urlSafe), find: botToken, sample: func(b func(*alphabet, int) string) string { return "7" + b(decimal, 9) + ":AA" + b(alnum, 33) }},
	{id: "discord-webhook", what: "webhook of Discord", severity: medium, heads: []string{"discord.com/api/webhooks/", "discordapp.com/api/webhooks/"}, body: alphabetOf(urlSafe.signs + "/"), least: 70, most: 120},

	{id: "teams-webhook", what: "webhook of Microsoft Teams", severity: medium, heads: []string{"webhook.office.com/webhookb2/"}, body: alphabetOf(urlSafe.signs + "/@"), least: 100, most: 250},
	{id: "mailchimp-key", what: "API key of Mailchimp", severity: medium, heads: each("-us", decimal), find: mailchimpKey, sample: func(b func(*alphabet, int) string) string { return b(lowHex, 32) + "-us12" }},
	{id: "twilio-key", what: "account or API key of Twilio beside its secret", severity: medium, heads: []string{"twilio", "Twilio", "TWILIO"}, find: twilioSecret, sample: func(b func(*alphabet, int) string) string {
		return "twilio('AC" + b(lowHex, 32) + "', '" + b(lowHex, 32)
	}},

	// source hosts and packages
	{id: "github-token", what: "token of GitHub", severity: medium, heads: []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}, body: alnum, least: 36, most: 36, grade: checksummed(4), sample: func(b func(*alphabet, int) string) string { return withChecksum("ghp_", b(alnum, 30)) }},
	{id: "github-fine-token", what: "fine-grained token of GitHub", severity: medium, heads: []string{"github_pat_"}, body: alphabetOf(alnum.signs + "_"), least: 82, most: 82},
	{id: "gitlab-token", what: "token of GitLab", severity: medium, heads: []string{"glpat-", "gldt-", "glrt-", "glptt-", "glsoat-"}, body: dotted, least: 20, most: 310},
	{id: "npm-token", what: "token of npm", severity: medium, heads: []string{"npm_"}, body: alnum, least: 36, most: 36, grade: checksummed(4), sample: func(b func(*alphabet, int) string) string { return withChecksum("npm_", b(alnum, 30)) }},
	{id: "pypi-token", what: "token of PyPI", severity: medium, heads: []string{"pypi-AgEIcHlwaS5vcmc"}, body: urlSafe, least: 50, most: 1000},
	{id: "rubygems-token", what: "token of RubyGems", severity: medium, heads: []string{"rubygems_"}, body: lowHex, least: 48, most: 48},
	{id: "docker-token", what: "token of Docker Hub", severity: medium, heads: []string{"dckr_pat_"}, body: urlSafe, least: 27, most: 27},
	{id: "nuget-key", what: "API key of NuGet", severity: medium, heads: each("oy2", lowNum), body: lowNum, least: 42, most: 42},
	{id: "artifactory-token", what: "token of Artifactory", severity: medium, heads: each("AKC", alnum), body: alnum, least: 60, most: 80},
	{id: "bitbucket-password", what: "app password of Bitbucket", severity: medium, heads: []string{"ATBB"}, body: alnum, least: 28, most: 34},
	{id: "atlassian-token", what: "API token of Atlassian", severity: medium, heads: []string{"ATATT3xFfGF0"}, body: alphabetOf(urlSafe.signs + "="), least: 100, most: 250},
	{id: "ai-key", what: "API key of Anthropic or OpenAI", severity: medium, heads: []string{"sk-ant-api03-", "sk-proj-", "sk-svcacct-"}, body: urlSafe, least: 40, most: 250},
	{id: "ai-user-key", what: "user key of OpenAI", severity: medium, heads: each("sk-", alnum), find: userKey, sample: func(b func(*alphabet, int) string) string { return "sk-" + b(alnum, 20) + "T3BlbkFJ" + b(alnum, 20) }},
	{id: "huggingface-token", what: "token of Hugging Face", severity: medium, heads: each("hf_", alnum), body: alnum, least: 33, most: 36},
	{id: "groq-key", what: "API key of Groq", severity: medium, heads: []string{"gsk_"}, body: alnum, least: 50, most: 56},
	{id: "replicate-token", what: "token of Replicate", severity: medium, heads: each("r8_", alnum), body: alnum, least: 36, most: 39},

	// what runs and watches a shop
	{id: "vault-token", what: "token of HashiCorp Vault", severity: medium, heads: each("hvs.", urlSafe), body: urlSafe, least: 23, most: 250},
	{id: "vault-batch-token", what: "batch token of HashiCorp Vault", severity: medium, heads: []string{"hvb.AAAA"}, body: urlSafe, least: 60, most: 400},
	{id: "terraform-token", what: "token of Terraform Cloud", severity: medium, heads: []string{".atlasv1."}, find: atlasToken, sample: func(b func(*alphabet, int) string) string { return b(alnum, 14) + ".atlasv1." + b(alnum, 67) }},
	{id: "grafana-token", what: "token of Grafana", severity: medium, heads: []string{"glsa_", "glc_ey"}, body: alphabetOf(urlSafe.signs + "=+/"), least: 30, most: 400},
	{id: "newrelic-key", what: "user key of New Relic", severity: medium, heads: []string{"NRAK-", "NRAA-", "NRII-", "NRRA-"}, body: alnum, least: 26, most: 40},
	{id: "sentry-token", what: "token of Sentry", severity: medium, heads: []string{"sntrys_", "sntryu_"}, body: alphabetOf(urlSafe.signs + "=+/"), least: 60, most: 400},
	{id: "sonar-token", what: "token of SonarQube", severity: medium, heads: []string{"sqp_", "squ_", "sqa_"}, body: lowHex, least: 40, most: 40},
	{id: "dynatrace-token", what: "token of Dynatrace", severity: medium, heads: []string{"dt0c01.", "dt0s01."}, body: alphabetOf(digits + upper + "."), least: 80, most: 100},
	{id: "databricks-token", what: "token of Databricks", severity: medium, heads: []string{"dapi"}, body: lowHex, least: 32, most: 32},
	{id: "doppler-token", what: "token of Doppler", severity: medium, heads: []string{"dp.st.", "dp.pt.", "dp.ct.", "dp.sa."}, body: dotted, least: 40, most: 80},
	{id: "planetscale-password", what: "password or token of PlanetScale", severity: medium, heads: []string{"pscale_pw_", "pscale_tkn_", "pscale_oauth_"}, body: dotted, least: 32, most: 64},
	{id: "netlify-token", what: "token of Netlify", severity: medium, heads: []string{"nfp_"}, body: alnum, least: 36, most: 40},
	{id: "heroku-key", what: "API key of Heroku", severity: medium, heads: []string{"HRKU-"}, body: urlSafe, least: 36, most: 70},
	{id: "notion-token", what: "token of Notion", severity: medium, heads: []string{"ntn_"}, body: alnum, least: 40, most: 50},
	{id: "linear-key", what: "API key of Linear", severity: medium, heads: []string{"lin_api_", "lin_oauth_"}, body: alnum, least: 32, most: 64},
	{id: "figma-token", what: "token of Figma", severity: medium, heads: []string{"figd_"}, body: urlSafe, least: 38, most: 50},
	{id: "airtable-token", what: "token of Airtable", severity: medium, heads: each("pat", alnum), find: airtableToken, sample: func(b func(*alphabet, int) string) string { return "pat" + b(alnum, 14) + "." + b(lowHex, 64) }},
	{id: "dropbox-token", what: "token of Dropbox", severity: medium, heads: each("sl.", urlSafe), body: urlSafe, least: 129, most: 1500},
	{id: "mapbox-token", what: "secret token of Mapbox", severity: medium, heads: []string{"sk.eyJ1Ijoi"}, body: dotted, least: 60, most: 200},
	{id: "twitter-token", what: "bearer token of X (Twitter)", severity: medium, heads: []string{"AAAAAAAAAAAAAAAAAAAAA"}, body: alphabetOf(alnum.signs + "%"), least: 70, most: 150},
	{id: "age-key", what: "private key of age", severity: medium, heads: []string{"AGE-SECRET-KEY-1"}, body: alphabetOf(digits + upper), least: 58, most: 58},
	{id: "okta-token", what: "API token of Okta", severity: medium, heads: []string{"SSWS 00"}, body: urlSafe, least: 40, most: 40},

	// databases, private keys, sessions
	{id: "address-password", what: "password in an address", severity: medium, heads: each("://", alphabetOf(alnum.signs+":")), find: addressPassword, grade: byHost, sample: func(b func(*alphabet, int) string) string {
		return "postgres://app:" + b(alnum, 20) + "@db.shop-host.net/shop"
	}},
	{id: "private-key", what: "private key", severity: medium, heads: []string{"-----BEGIN "}, find: privateBlock, sample: func(b func(*alphabet, int) string) string {
		return "-----BEGIN " + "PRIVATE KEY-----\n" + b(alnum, 64) + "\n" + b(alnum, 60) + "\n-----END " + "PRIVATE KEY-----"
	}},
	{id: "putty-key", what: "private key of PuTTY", severity: medium, heads: []string{"Private-Lines: "}, find: puttyLines, sample: func(b func(*alphabet, int) string) string {
		return "Private-Lines: 1\n" + b(alnum, 64) + "\n"
	}},
	{id: "bearer-authorization", what: "token of an HTTP log-in", severity: medium, heads: []string{"Bearer ", "bearer "}, body: alphabetOf(dotted.signs + "~+/"), least: 20, most: 2000, grade: byDrawn(80), near: []string{"authoriz", "auth"}, sample: func(b func(*alphabet, int) string) string { return "Bearer " + b(alnum, 40) }},
	{id: "token-authorization", what: "token of an HTTP log-in", severity: medium, heads: []string{"token "}, body: alnum, least: 32, most: 64, grade: byDrawn(100), near: []string{"authorization"}, sample: func(b func(*alphabet, int) string) string { return "token " + b(lowHex, 40) }},
	{id: "basic-authorization", what: "user and password of an HTTP log-in", severity: medium, heads: []string{"Basic "}, find: basicAuthorization, sample: func(b func(*alphabet, int) string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte("deploy:"+b(alnum, 24)))
	}},
	{id: "call-password", what: "password given to a log-in", severity: medium, heads: loginCalls, find: callPassword, grade: byDrawn(40), sample: func(b func(*alphabet, int) string) string {
		return "smtp.login(\"shop\", \"" + b(alnum, 20) + "\")"
	}},
	{id: "command-password", what: "password on a command line", severity: medium, heads: commandHeads(), find: commandPassword, grade: byDrawn(34), sample: func(b func(*alphabet, int) string) string {
		return "mysqldump -u root -p" + b(alnum, 20) + " shop"
	}},
	{id: "file-password", what: "password in a file of log-ins (.pgpass, a Go data source, SQL)", severity: medium, heads: []string{":5432:", ":6432:", ":5433:", "@tcp(", "@unix(", "IDENTIFIED BY ", "identified by ", "jdbc:oracle:thin:"}, find: filePassword, grade: byDrawn(34), sample: func(b func(*alphabet, int) string) string {
		return "db.shop-host.net:5432:shop:shop:" + b(alnum, 20)
	}},
	{id: "told-password", what: "password in a text", severity: medium, heads: []string{"パスワード", "暗証番号", "비밀번호", "패스워드", "kata sandi", "Kata sandi", "密码"}, find: toldPassword, grade: byDrawn(40), sample: func(b func(*alphabet, int) string) string { return "パスワード: " + b(alnum, 20) }},
	{id: "registry-login", what: "user and password of a registry", severity: medium, heads: []string{"\"auth\"", "_auth=", "_auth ="}, find: registryLogin, sample: func(b func(*alphabet, int) string) string {
		return "_auth=" + base64.StdEncoding.EncodeToString([]byte("deploy:"+b(alnum, 24)))
	}},
	{id: "jwt", what: "signed token (JWT)", severity: medium, heads: []string{"eyJh", "eyJ0", "eyJr", "eyJj"}, find: signedToken, grade: byUse, sample: func(b func(*alphabet, int) string) string {
		return "jwt " + base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"1","iss":"shop"}`)) + "." + b(urlSafe, 43)
	}},
}

// each gives a head of three or four signs all its next ones, because heads are looked up by four.
func each(text string, next *alphabet) []string {
	var out []string
	for _, c := range next.signs {
		out = append(out, text+string(c))
	}
	return out
}

// withSecret makes a key id a finding only where a secret of its length stands by: without, it opens nothing.
func withSecret(a *alphabet, n int) func([]byte, int, int) tillwatch.Severity {
	return func(text []byte, from, to int) tillwatch.Severity {
		context := text[max(0, from-around):min(len(text), to+around)]
		for i := 0; i < len(context); {
			end := run(context, i, a, len(context))
			if value := context[i:end]; end-i == n && varied(value) && mixed(value) && !placeholder(string(value)) && !bytes.Equal(value, text[from:to]) {
				return medium
			}
			i = end + 1
		}
		return low
	}
}

// mixed says that there are capitals, small letters and digits, as in all random texts of some length.
func mixed(value []byte) bool {
	var u, l, d bool
	for _, c := range value {
		switch classOf(c) {
		case 'A':
			u = true
		case 'a':
			l = true
		case '0':
			d = true
		}
	}
	return u && l && d
}

func unlessBehind(test string) func([]byte, int, int) tillwatch.Severity {
	return func(text []byte, from, _ int) tillwatch.Severity {
		if bytes.HasSuffix(text[:from], []byte(test)) {
			return low
		}
		return medium
	}
}

// checksum62 is the CRC-32 of a token's random part in six digits of base 62, as GitHub and npm write it behind the part.
func checksum62(random string) string {
	const digits62 = digits + upper + lower
	out := []byte("000000")
	for i, v := len(out)-1, crc32.ChecksumIEEE([]byte(random)); i >= 0; i-- {
		out[i] = digits62[v%62]
		v /= 62
	}
	return string(out)
}

func withChecksum(head, random string) string { return head + random + checksum62(random) }

// checksummed tells a token from what somebody made up.
func checksummed(head int) func([]byte, int, int) tillwatch.Severity {
	return func(text []byte, from, to int) tillwatch.Severity {
		if token := string(text[from+head : to]); checksum62(token[:len(token)-6]) == token[len(token)-6:] {
			return medium
		}
		// One that was changed before it was published still is of this form.
		if token := text[from+head : to]; mixed(token) && drawn(string(token)) >= 100 {
			return medium
		}
		return low
	}
}

// fixed finds so many signs of an alphabet behind a beginning of so many bytes.
func fixed(begin int, a *alphabet, n int) func([]byte, int, int) (int, int) {
	return func(text []byte, at, _ int) (from, to int) {
		end := run(text, at+begin, a, n+1)
		if at > 0 && isWord[text[at-1]] || end-at-begin != n || end < len(text) && isWord[text[end]] || !varied(text[at+begin:end]) {
			return 0, 0
		}
		return at, end
	}
}

// parts finds parts of fixed lengths between one sign.
func parts(begin int, between byte, lengths ...int) func([]byte, int, int) (int, int) {
	return func(text []byte, at, _ int) (from, to int) {
		if at > 0 && isWord[text[at-1]] {
			return 0, 0
		}
		end := at + begin
		for i, n := range lengths {
			if i > 0 {
				if end >= len(text) || text[end] != between {
					return 0, 0
				}
				end++
			}
			stop := run(text, end, urlSafe, n+1)
			if stop-end != n || !varied(text[end:stop]) {
				return 0, 0
			}
			end = stop
		}
		return at, end
	}
}

// merchantToken finds id$secret.
func merchantToken(text []byte, at, head int) (from, to int) {
	id := run(text, at+head, alnum, 40)
	if id-at-head != 16 || id >= len(text) || text[id] != '$' {
		return 0, 0
	}
	end := run(text, id+1, lowHex, 40)
	if end-id-1 != 32 || !varied(text[id+1:end]) {
		return 0, 0
	}
	return at, end
}

// botToken finds number:AA...
func botToken(text []byte, at, _ int) (from, to int) {
	from = at
	for from > 0 && at-from < 11 && decimal.has[text[from-1]] {
		from--
	}
	if n := at - from; n < 8 || n > 10 || from > 0 && isWord[text[from-1]] && !bytes.HasSuffix(text[:from], []byte("/bot")) {
		return 0, 0
	}
	end := run(text, at+1, urlSafe, 40)
	if end-at-1 != 35 || !varied(text[at+1:end]) {
		return 0, 0
	}
	return from, end
}

// privateBlock finds the first lines of a private key.
func privateBlock(text []byte, at, head int) (from, to int) {
	label := text[at+head : min(len(text), at+head+40)]
	end := bytes.Index(label, []byte("PRIVATE KEY-----"))
	if end < 0 || bytes.IndexByte(label[:end], '\n') >= 0 || bytes.Contains(label[:end], []byte("PUBLIC")) {
		return 0, 0
	}
	body := at + head + end + len("PRIVATE KEY-----")
	from = -1
	signs, least := 0, 60 // Ed25519 has 64
	if bytes.Contains(label[:end], []byte("OPENSSH")) {
		least = 300
	}
	for i := body; i < min(len(text), body+2000); i++ {
		switch c := text[i]; {
		case base64s.has[c]:
			if signs++; from < 0 && run(text, i, base64s, 32)-i == 32 {
				from = i
			}
		case c == '-' && from >= 0:
			if signs < least || !varied(text[from:i]) {
				return 0, 0
			}
			return from, i
		case c == '.' || c == '$' || c == '<' || c == '{' || c == '(' || c == '*' || c == '[':
			return 0, 0 // "..." and ${KEY} stand for one
		}
	}
	if from < 0 || signs < max(200, least) {
		return 0, 0
	}
	return from, min(len(text), body+2000)
}

// basicAuthorization finds user:password in base64 (RFC 7617).
func basicAuthorization(text []byte, at, head int) (from, to int) {
	from = at + head
	to = run(text, from, base64s, 400)
	plain := appendBase64(nil, text[from:to])
	_, password, found := bytes.Cut(plain, []byte(":"))
	if !found || len(password) < MinLength || drawn(string(password)) < 40 || placeholder(string(password)) {
		return 0, 0
	}
	for _, c := range plain {
		if c < ' ' || c > '~' {
			return 0, 0 // a sentence about basic things
		}
	}
	return from, to
}

func puttyLines(text []byte, at, head int) (from, to int) {
	nl := bytes.IndexByte(text[at:min(len(text), at+head+8)], '\n')
	if nl < 0 {
		return 0, 0
	}
	from = at + nl + 1
	to = run(text, from, base64s, 80)
	if to-from < 40 || !varied(text[from:to]) {
		return 0, 0
	}
	return from, to
}

// signedToken finds header.payload.signature whose header is one.
func signedToken(text []byte, at, _ int) (from, to int) {
	if at > 0 && (urlSafe.has[text[at-1]] || text[at-1] == '.') {
		return 0, 0
	}
	one := run(text, at, urlSafe, 2000)
	two := run(text, min(len(text), one+1), urlSafe, 8000)
	three := run(text, min(len(text), two+1), urlSafe, 2000)
	if one >= len(text) || text[one] != '.' || two >= len(text) || text[two] != '.' || three-two-1 < 20 || !varied(text[two+1:three]) {
		return 0, 0
	}
	header, err := base64.RawURLEncoding.DecodeString(string(text[at:one]))
	if err != nil || !bytes.Contains(header, []byte(`"alg"`)) || bytes.Contains(header, []byte(`"none"`)) {
		return 0, 0
	}
	return at, three
}
