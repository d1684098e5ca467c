package page

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func TestOpaqueFindsWhatNobodyCanRead(t *testing.T) {
	block, _ := aes.NewCipher([]byte("0123456789abcdef"))
	secret := []byte(`{"number":"4111111111111111","code":"123","name":"HANAKO SUZUKI"}`)
	cipher.NewCTR(block, make([]byte, 16)).XORKeyStream(secret, secret)
	numbers := strings.Trim(strings.ReplaceAll(fmt.Sprint(secret), " ", ","), "[]")
	for name, content := range map[string]string{
		"base64 in JSON":  `https://e.example/c` + "\n" + `{"d":"` + base64.StdEncoding.EncodeToString(secret) + `"}`,
		"base64 in query": `https://e.example/c?d=` + base64.RawURLEncoding.EncodeToString(secret) + "\n",
		"percent":         `https://e.example/c?d=` + strings.ReplaceAll(base64.StdEncoding.EncodeToString(secret), "+", "%2B") + "\n",
		"hex":             `https://e.example/c` + "\n" + hex.EncodeToString(secret),
		"binary":          "https://e.example/c\n" + string(secret),
		"numbers":         "https://e.example/c\n[" + numbers + "]",
		"one AES block":   "https://e.example/c?k=" + hex.EncodeToString(secret[:16]) + "\n",
	} {
		if len(opaque([]byte(content))) == 0 {
			t.Errorf("%s: nothing found", name)
		}
	}
	for name, content := range map[string]string{
		"event":           "https://a.example/collect?en=form_submit&dl=https%3A%2F%2Fshop.example%2Fcheckout&sr=1920x1080\n",
		"JSON":            "https://a.example/e\n" + `{"event":"input","field":"card_number","masked":"****************","length":16,"time":1763800000123}`,
		"encoded JSON":    "https://a.example/e?d=" + base64.StdEncoding.EncodeToString([]byte(`{"event":"click","target":"button.pay","x":10}`)) + "\n",
		"long identifier": "https://a.example/e?f=checkoutPaymentMethodSelectionChanged\n",
		"UUID":            "https://a.example/e?id=0b5f1c3e-3f7a-4b52-9f6e-2f6a4de7b911\n",
		"path":            "https://a.example/assets/Vendor2/Scripts/Checkout/Payment/Form.js\n",
		"Japanese":        "https://a.example/q?address=" + "%E6%9D%B1%E4%BA%AC%E9%83%BD%E5%8D%83%E4%BB%A3%E7%94%B0%E5%8C%BA" + "\n",
		"coordinates":     "https://a.example/m?p=12,43&t=1763800000123\n",
	} {
		if found := opaque([]byte(content)); len(found) > 0 {
			t.Errorf("%s: %q is readable", name, found)
		}
	}
}

func FuzzOpaque(f *testing.F) {
	f.Add([]byte("https://a.example/\n\x00\xff"))
	f.Fuzz(func(_ *testing.T, content []byte) { opaque(content) })
}
