package key

import (
	"crypto/sha256"
	"encoding/hex"
)

// samples are keys that their makers publish as samples, or for a system that runs on one's own machine. They open nothing of
// anybody's. Of each the SHA-256 digest.
var samples = map[string]bool{
	"0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059": true, // Azurite and the Azure storage emulator: learn.microsoft.com/azure/storage/common/storage-use-azurite
	"ed967197261c16a9ed0205f8a5099d81ec98263c1fb47ce1d87f1b93fc199e70": true, // the same without its padding
	"aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615": true, // Azure Cosmos DB emulator: learn.microsoft.com/azure/cosmos-db/emulator
	"eaa6a9190faf5587f487fe5170e377fa97e5efd16fd58aa80587069a2821c013": true, // the same without its padding
	"2cafc0970149a84f3b9e62eaf169f36f59907a3b3e31f7b82e68c69cd27f7326": true, // Stripe: docs.stripe.com/keys
	"f2d6ca16515033e5dce14eba840b979d27b5cbae24bb3e5bf484339667f86397": true, // Stripe: docs.stripe.com/api
	"f5e95c9954635b65acab57e6d5ea663eb900f06dc8794a90358f5abb1c77d4e0": true, // reCAPTCHA: developers.google.com/recaptcha/docs/faq
	"6c96130f130ab0d6d158397e24d2bcc1c9a5e73ae081f6e983f1c7b545d24a4c": true, // RFC 6749, section 4.1.4
	"00cf4c781dc37003f7c7dd7d4c9a6ef1e0f4c62d9a291aa8bc398774e3fefd32": true, // RFC 6749, section 4.1.4
	"ca7459e2b26776de081b9a07e40227fd6cff232a1e3233ff6b6aa6d036ca9981": true, // RFC 6749, section 2.3.1
	"53f5da0aaa93d64cd5772c554cbf940f0539e689dddbeb8f923eec3f72c02ea9": true, // RFC 6749, section 2.3.1
	"e9974c507d2a802143f614c878fcbb622a3800e05e6e0d329fee2c5b6b243329": true, // RFC 6749, section 2.3.1
	"a35b81a7d7927b70ec99270dd2362b88580a28574af812f2c02f56469579186f": true, // RFC 6749, section 4.1.2
	"9e309cccd311ea64d04133daf7760f71f38a566db7aa98b71e043ede9325680f": true, // RFC 6749, section 6
	"b8e148545b13c78bc74da2f1a7275dd71e56ddece129d7d2f7b3ecc06f7994da": true, // RFC 6750, section 2.1
	"cf4d418ed3de92d71f767db5391d5a2dacd40e1ce49e75d1137e2ecf4982d844": true, // RFC 7617, section 2
	"4b769966d13255de701945d4de968fa9153c0700300c95a087bad0e2bb15bb92": true, // WordPress: wp_salt() in wp-includes/pluggable.php
	"8f8f9d06a40fbfb896187d725e72f87f42076c8ce4dd7cd11b4ca40017c6973b": true, // WordPress: wp_salt() in wp-includes/pluggable.php
	"6a5eb905e55eb7b220bb1c40e27311809038eff1f3af346d493d56b9b769d4ea": true, // WordPress: wp_salt() in wp-includes/pluggable.php
	"85b202a179e10732448aab564be0d7f8c809c3c018064f69da5412dc4522e73c": true, // WordPress: wp_salt() in wp-includes/pluggable.php
	"108741b452893a93239814ae59f27ac062c3aa499f3c36e87c126f4112f4ca16": true, // WordPress: wp_salt() in wp-includes/pluggable.php
	"5b225527d22f46b2bdb55277a0be2b0123266d738f2a7afd53fecbd74bfea9cf": true, // WordPress: wp_salt() in wp-includes/pluggable.php
	"3ff075ae6f33ec23234bdf9ae36fe19abe75a3eb84ccb4826c40582ee0fd5650": true, // WordPress: wp_salt() in wp-includes/pluggable.php
	"775f6ca2c96d4d2adf433242065c7d323592e3911e41158b0c6d3aeb77c3442e": true, // WordPress: wp_salt() in wp-includes/pluggable.php
}

func documented(value string) bool {
	if len(value) < 10 || len(value) > 128 {
		return false
	}
	sum := sha256.Sum256([]byte(value))
	return samples[hex.EncodeToString(sum[:])]
}
