package journey

import "strings"

// The lists below only recognise what a select is for; what is chosen in it comes from the customer's address.

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.SplitSeq(words, "|") {
		set[plain(word)] = true
	}
	return set
}

var knownRegions = setOf("北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|東京都|神奈川県|埼玉県|千葉県|茨城県|大阪府|京都府|兵庫県|愛知県|福岡県|沖縄県|東京|大阪|京都|愛知|福岡|Hokkaido|Aomori|Tokyo|Osaka|Kyoto|Aichi|" +
	"서울|서울특별시|부산|부산광역시|대구|대구광역시|인천|인천광역시|광주|광주광역시|대전|대전광역시|경기|경기도|강원도|강원특별자치도|제주|제주특별자치도|서울시|Seoul|Busan|Daegu|Incheon|Gyeonggi|" +
	"DKI Jakarta|Jakarta|Jawa Barat|Jawa Tengah|Jawa Timur|Banten|Bali|Aceh|Sumatera Utara|Sumatera Barat|Riau|Lampung|Papua|DI Yogyakarta|" +
	"Alabama|Alaska|Arizona|California|Colorado|Florida|Georgia|Illinois|New York|Oregon|Texas|Washington|Ontario|Quebec|British Columbia|AL|AK|AZ|CA|CO|FL|NY|OR|TX|WA")

var knownCountries = setOf("Japan|United States|United States of America|United States (US)|USA|United Kingdom|United Kingdom (UK)|Germany|France|Italy|Spain|Canada|Australia|China|Korea|South Korea|Korea, Republic of|Republic of Korea|Indonesia|Singapore|Malaysia|Thailand|Vietnam|Taiwan|India|Afghanistan|Albania|Algeria|" +
	"日本|日本国|アメリカ合衆国|アメリカ|中国|韓国|大韓民国|台湾|イギリス|フランス|ドイツ|インドネシア|アフガニスタン|アイスランド|" +
	"대한민국|한국|미국|일본|중국|영국|프랑스|인도네시아|Amerika Serikat|Jepang|Tiongkok|Korea Selatan|JP|US|KR|ID|GB|DE")

var monthNames = setOf("January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Januari|Februari|Maret|Mei|Juni|Juli|Agustus|Oktober|Desember|" +
	"1月|2月|3月|4月|5月|6月|7月|8月|9月|10月|11月|12月|1월|2월|3월|4월|5월|6월|7월|8월|9월|10월|11월|12월|01月|02月|03月|04月|05月|06月|07月|08月|09月|01|02|03|04|05|06|07|08|09|10|11|12|1|2|3|4|5|6|7|8|9|01월|02월|03월|04월|05월|06월|07월|08월|09월")

// countryNames are the ways in which a list may write the countries our customers live in.
var countryNames = map[string][]string{
	"JP": {"Japan", "日本", "日本国", "일본", "Jepang", "JP", "JPN"},
	"KR": {"South Korea", "Korea, Republic of", "Republic of Korea", "Korea", "대한민국", "한국", "韓国", "大韓民国", "Korea Selatan", "KR", "KOR", "Korea (South)", "Korea, South"},
	"ID": {"Indonesia", "インドネシア", "인도네시아", "ID", "IDN"},
	"US": {"United States", "United States of America", "United States (US)", "USA", "アメリカ合衆国", "アメリカ", "米国", "미국", "Amerika Serikat", "US"},
}
