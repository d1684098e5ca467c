package browser

import (
	"fmt"
	"strings"
)

// flags are the command line that makes Chromium quiet, watched and like the profile's.
func flags(o Options) []string {
	width, height := o.Profile.outer()
	args := []string{
		"--headless=new",
		"--no-first-run",
		"--no-default-browser-check",
		"--no-startup-window",
		"--password-store=basic",
		"--use-mock-keychain",
		"--mute-audio",
		"--deny-permission-prompts",
		"--disable-blink-features=AutomationControlled",
		"--use-fake-device-for-media-stream",            // a customer has a microphone and a camera; nobody is let at them
		"--enable-blink-features=WebShare,WebBluetooth", // Windows and Android have these, Linux does not

		// Chromium's own traffic would be among the shop's. For some of it there is no switch but its address.
		"--gaia-url=https://nowhere.invalid",
		"--google-base-url=https://nowhere.invalid/", // of the search that it asks what it may offer, whatever page is open
		"--gcm-checkin-url=https://nowhere.invalid/",
		"--component-updater=url-source=https://nowhere.invalid/",
		"--disable-background-networking",
		"--disable-breakpad",
		"--disable-crash-reporter",
		"--disable-client-side-phishing-detection",
		"--disable-component-extensions-with-background-pages",
		"--disable-component-update",
		"--disable-default-apps",
		"--disable-domain-reliability",
		"--disable-extensions",
		"--disable-field-trial-config",
		"--disable-search-engine-choice-screen",
		"--disable-sync",
		"--metrics-recording-only",
		"--no-service-autorun",

		// A tab that is not in front must run as fast as the one that is.
		"--disable-background-timer-throttling",
		"--disable-backgrounding-occluded-windows",
		"--disable-renderer-backgrounding",
		"--disable-hang-monitor",

		// What leaves by UDP leaves past the proxy and past the recording.
		"--disable-quic",

		"--disable-features=" + strings.Join(featuresOff, ","),
		"--window-position=0,0",
		"--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
		fmt.Sprintf("--window-size=%d,%d", width, height),
		fmt.Sprintf("--screen-info={%dx%d workAreaBottom=%d}", o.Profile.physical(o.Profile.Width), o.Profile.physical(o.Profile.Height), o.Profile.Height-height),
	}
	if o.Jail == nil { // in a jail it gets nowhere, and a page that looks whether it is there finds it
		args = append(args, "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--webrtc-ip-handling-policy=disable_non_proxied_udp")
	}
	if v := o.Profile.UserAgent; v != "" && o.version != "" {
		args = append(args, "--user-agent="+o.Profile.userAgent(o.version))
	}
	if l := o.Profile.Languages; len(l) > 0 {
		args = append(args, "--lang="+l[0], "--accept-lang="+o.Profile.acceptLanguage())
	}
	if o.Profile.Scale != 1 {
		args = append(args, fmt.Sprintf("--force-device-scale-factor=%g", o.Profile.Scale))
	}
	if o.Proxy != "" {
		args = append(args,
			"--proxy-server=http://"+o.Proxy,
			// Without the first part what is on this machine would go past the witness; with the second what
			// Chromium asks of its own does not reach it.
			"--proxy-bypass-list=<-loopback>;*.invalid",
			// The proxy resolves names. A name that Chromium itself looked up, for a dns-prefetch, could carry data.
			"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE "+hostOnly(o.Proxy),
		)
	}
	if o.TrustSPKI != "" {
		args = append(args, "--ignore-certificate-errors-spki-list="+o.TrustSPKI)
	}
	return args
}

// featuresOff are the features that make traffic of their own or hide some from us.
var featuresOff = []string{
	"ServiceWorkerAutoPreload", // requests would leave before the worker's session sees them
	"AimEnabled",               // asks its vendor's search what it may offer, whatever page is open
	"AimServerEligibilityEnabled",
	"AimServerRequestOnIdentityChangeEnabled",
	"AimServerRequestOnStartupEnabled",
	"AutofillServerCommunication",
	"PreconnectToSearch", // opens connections to its vendor's search, whatever page is open
	"PreconnectFromKeyedService",
	"SearchEnginePreconnect2",
	"CertificateTransparencyComponentUpdater",
	"DialMediaRouteProvider",
	"GlobalMediaControls",
	"HttpsUpgrades", // a shop on http:// would be asked twice
	"HttpsFirstBalancedModeAutoEnable",
	"InterestFeedContentSuggestions",
	"MediaRouter",
	"OptimizationHints",
	"OptimizationGuideModelDownloading",
	"OptimizationGuideOnDeviceModel",
	"Translate",
	"PrivacySandboxSettings4",
	"NetworkTimeServiceQuerying",
	"SafeBrowsingRealTimeUrlLookup",
	"LensOverlay",
	"WebUIOmniboxPopup", // pages of the address bar, which nobody sees here: two renderers and half of the start's time
	"WebUIOmniboxAimPopup",
	"WebUIOmniboxFullPopup",
}

func hostOnly(address string) string {
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		return strings.Trim(address[:i], "[]")
	}
	return address
}
