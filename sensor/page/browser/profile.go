package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Profile is the customer the browser looks like.
type Profile struct {
	Name        string
	UserAgent   string // with %s where the browser's real major version goes
	Platform    string // "Windows" or "Android", as in Sec-CH-UA-Platform
	System      string // the platform's version, as in Sec-CH-UA-Platform-Version
	Model       string // of a telephone, as in Sec-CH-UA-Model
	Navigator   string // navigator.platform
	Languages   []string
	TimeZone    string        // IANA name
	Width       int           // the screen, in CSS pixels
	Height      int           //
	Scale       float64       // device pixels in a CSS pixel
	Mobile      bool          // touches instead of clicking
	Returning   bool          // has been here before: worth a second visit with what the first one left behind
	Ahead       time.Duration // how far the pages' clock goes ahead of the true one
	Cores       int           // navigator.hardwareConcurrency
	GPUVendor   string        // WebGL's UNMASKED_VENDOR_WEBGL
	GPURenderer string        // WebGL's UNMASKED_RENDERER_WEBGL
	Locale      string        // the canary's locale
}

// Profiles are the customers that are played, by the names "desktop-ja", "desktop-en", "mobile-ja", "returning",
// "desktop-ko" and "desktop-id".
func Profiles() []Profile {
	desktop := Profile{
		Name:        "desktop-ja",
		UserAgent:   "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.0.0 Safari/537.36",
		Platform:    "Windows",
		System:      "15.0.0",
		Navigator:   "Win32",
		Languages:   []string{"ja", "en-US", "en"},
		TimeZone:    "Asia/Tokyo",
		Width:       1920,
		Height:      1080,
		Scale:       1,
		Cores:       8,
		GPUVendor:   "Google Inc. (Intel)",
		GPURenderer: "ANGLE (Intel, Intel(R) UHD Graphics 630 (0x00003E92) Direct3D11 vs_5_0 ps_5_0, D3D11)",
		Locale:      "ja",
	}

	english := desktop
	english.Name = "desktop-en"
	english.Languages = []string{"en-US", "en"}
	english.TimeZone = "America/New_York"
	english.GPUVendor = "Google Inc. (NVIDIA)"
	english.GPURenderer = "ANGLE (NVIDIA, NVIDIA GeForce GTX 1650 (0x00001F82) Direct3D11 vs_5_0 ps_5_0, D3D11)"
	english.Locale = "en"

	mobile := Profile{
		Name:        "mobile-ja",
		UserAgent:   "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.0.0 Mobile Safari/537.36",
		Platform:    "Android",
		System:      "14.0.0",
		Model:       "Pixel 7",
		Navigator:   "Linux armv81",
		Languages:   []string{"ja", "en-US", "en"},
		TimeZone:    "Asia/Tokyo",
		Width:       412,
		Height:      915,
		Scale:       2.625,
		Mobile:      true,
		Cores:       8,
		GPUVendor:   "Google Inc. (ARM)",
		GPURenderer: "ANGLE (ARM, Mali-G710, OpenGL ES 3.2)",
		Locale:      "ja",
	}

	returning := desktop
	returning.Name = "returning"
	returning.Returning = true

	korean := desktop
	korean.Name = "desktop-ko"
	korean.Languages = []string{"ko-KR", "ko", "en-US", "en"}
	korean.TimeZone = "Asia/Seoul"
	korean.Locale = "ko"

	indonesian := desktop
	indonesian.Name = "desktop-id"
	indonesian.Languages = []string{"id-ID", "id", "en-US", "en"}
	indonesian.TimeZone = "Asia/Jakarta"
	indonesian.Locale = "id"

	return []Profile{desktop, english, mobile, returning, korean, indonesian}
}

func (p Profile) userAgent(v version) string {
	return strings.ReplaceAll(p.UserAgent, "%s", v.major())
}

type brand struct {
	Brand   string `json:"brand"`
	Version string `json:"version"`
}

// clientHints is the protocol's Emulation.UserAgentMetadata.
type clientHints struct {
	Brands          []brand  `json:"brands"`
	FullVersionList []brand  `json:"fullVersionList"`
	FullVersion     string   `json:"fullVersion"`
	Platform        string   `json:"platform"`
	PlatformVersion string   `json:"platformVersion"`
	Architecture    string   `json:"architecture"`
	Model           string   `json:"model"`
	Mobile          bool     `json:"mobile"`
	Bitness         string   `json:"bitness"`
	Wow64           bool     `json:"wow64"`
	FormFactors     []string `json:"formFactors"`
}

func (p Profile) clientHints(v version) clientHints {
	h := clientHints{
		Brands:          brands(v.major(), v.major(), "Google Chrome"),
		FullVersionList: brands(v.major(), string(v), "Google Chrome"),
		FullVersion:     string(v),
		Platform:        p.Platform,
		PlatformVersion: p.System,
		Model:           p.Model,
		Mobile:          p.Mobile,
		FormFactors:     []string{"Desktop"},
	}
	if p.Mobile {
		h.FormFactors = []string{"Mobile"}
	} else {
		h.Architecture, h.Bitness = "x86", "64"
	}
	return h
}

// brands is the brand list as Chrome itself makes it: the made-up brand and the order of the three follow from the
// major version (GetGreasedUserAgentBrandVersion and GetRandomOrder in Chromium's user_agent_utils.cc), so a list made
// any other way can be told from a customer's.
func brands(major, full, product string) []brand {
	seed, _ := strconv.Atoi(major)
	separators := []string{" ", "(", ":", "-", ".", "/", ")", ";", "=", "?", "_"}
	fakes := []string{"8", "99", "24"}
	orders := [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}

	fake := fakes[seed%len(fakes)]
	if full != major {
		fake += ".0.0.0"
	}
	list := make([]brand, 3)
	order := orders[seed%len(orders)]
	list[order[0]] = brand{fmt.Sprintf("Not%sA%sBrand", separators[seed%len(separators)], separators[(seed+1)%len(separators)]), fake}
	list[order[1]] = brand{"Chromium", full}
	list[order[2]] = brand{product, full}
	return list
}

// outer is the size of the browser's window, in CSS pixels.
func (p Profile) outer() (width, height int) {
	if p.Mobile {
		return p.Width, p.Height
	}
	return p.Width, p.Height - taskBar
}

// physical is a length on the screen in its own pixels; Chromium rounds up when it goes back.
func (p Profile) physical(length int) int { return int(float64(length) * p.Scale) }

// taskBar is the height of Windows' task bar: a maximised window leaves it free.
const taskBar = 40

func (p Profile) acceptLanguage() string { return strings.Join(p.Languages, ",") }

// environment is what makes every process of the browser's, workers too, tell the customer's time and language.
func (p Profile) environment() []string {
	env := []string{}
	if p.TimeZone != "" {
		env = append(env, "TZ="+p.TimeZone)
	}
	if len(p.Languages) > 0 {
		env = append(env, "LANGUAGE="+strings.ReplaceAll(p.Languages[0], "-", "_"))
	}
	return slices.Clip(env)
}

// preferences are the settings of a new profile: nothing that asks, and on a telephone no viewer for PDFs.
func preferences(p Profile) []byte {
	settings, _ := json.Marshal(map[string]any{ // strings and truth values always encode
		"credentials_enable_service": false,
		"profile":                    map[string]any{"password_manager_enabled": false},
		"autofill":                   map[string]any{"profile_enabled": false, "credit_card_enabled": false},
		"plugins":                    map[string]any{"always_open_pdf_externally": p.Mobile},
		"translate":                  map[string]any{"enabled": false},
	})
	return settings
}
