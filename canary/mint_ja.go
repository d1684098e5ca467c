package canary

import "fmt"

// spelt is a name in kanji, katakana and the Latin letters of a passport.
type spelt struct{ kanji, kana, latin string }

func (s spelt) plus(t spelt) spelt {
	return spelt{s.kanji + t.kanji, s.kana + t.kana, s.latin + t.latin}
}

// Surnames that exist and that few people have: a hit on one is then no coincidence.
var familiesJA = []spelt{
	{"勅使河原", "テシガワラ", "Teshigawara"},
	{"小比類巻", "コヒルイマキ", "Kohiruimaki"},
	{"長曽我部", "チョウソカベ", "Chosokabe"},
	{"五百旗頭", "イオキベ", "Iokibe"},
	{"東海林", "ショウジ", "Shoji"},
	{"西園寺", "サイオンジ", "Saionji"},
	{"伊集院", "イジュウイン", "Ijuin"},
	{"武者小路", "ムシャコウジ", "Mushakoji"},
	{"安孫子", "アビコ", "Abiko"},
	{"久保寺", "クボデラ", "Kubodera"},
	{"真喜屋", "マキヤ", "Makiya"},
	{"仲宗根", "ナカソネ", "Nakasone"},
	{"我那覇", "ガナハ", "Ganaha"},
	{"比屋根", "ヒヤネ", "Hiyane"},
	{"日下部", "クサカベ", "Kusakabe"},
	{"曽我部", "ソガベ", "Sogabe"},
	{"早乙女", "サオトメ", "Saotome"},
	{"薬師寺", "ヤクシジ", "Yakushiji"},
	{"三田村", "ミタムラ", "Mitamura"},
	{"宇田川", "ウダガワ", "Udagawa"},
	{"小笠原", "オガサワラ", "Ogasawara"},
	{"小田切", "オダギリ", "Odagiri"},
	{"御子柴", "ミコシバ", "Mikoshiba"},
	{"瀬戸口", "セトグチ", "Setoguchi"},
	{"竹之内", "タケノウチ", "Takenouchi"},
	{"堂ヶ島", "ドウガシマ", "Dogashima"},
	{"中曽根", "ナカソネ", "Nakasone"},
	{"長谷部", "ハセベ", "Hasebe"},
	{"波多野", "ハタノ", "Hatano"},
	{"比留間", "ヒルマ", "Hiruma"},
	{"丸茂木", "マルモキ", "Marumoki"},
	{"宮之原", "ミヤノハラ", "Miyanohara"},
	{"武良木", "ムラキ", "Muraki"},
	{"八重樫", "ヤエガシ", "Yaegashi"},
	{"四方田", "ヨモダ", "Yomoda"},
	{"和久井", "ワクイ", "Wakui"},
}

// The two halves of given names; every pair reads naturally.
var (
	givenHeadsJA = []spelt{
		{"優", "ユウ", "yu"},
		{"美", "ミ", "mi"},
		{"千", "チ", "chi"},
		{"真", "マ", "ma"},
		{"沙", "サ", "sa"},
		{"理", "リ", "ri"},
		{"由", "ユ", "yu"},
		{"陽", "ハル", "haru"},
		{"友", "トモ", "tomo"},
		{"恵", "メグ", "megu"},
		{"奈", "ナ", "na"},
		{"彩", "アヤ", "aya"},
		{"若", "ワカ", "waka"},
		{"麻", "マ", "ma"},
		{"佐", "サ", "sa"},
		{"季", "キ", "ki"},
		{"紗", "サ", "sa"},
		{"結", "ユ", "yu"},
		{"明", "アキ", "aki"},
		{"寿", "ス", "su"},
		{"香", "カ", "ka"},
		{"多", "タ", "ta"},
		{"雪", "ユキ", "yuki"},
		{"智", "トモ", "tomo"},
	}
	givenTailsJA = []spelt{
		{"香里", "カリ", "kari"},
		{"希乃", "キノ", "kino"},
		{"奈美", "ナミ", "nami"},
		{"津子", "ツコ", "tsuko"},
		{"衣子", "イコ", "iko"},
		{"里奈", "リナ", "rina"},
		{"加代", "カヨ", "kayo"},
		{"実子", "ミコ", "miko"},
		{"寿美", "スミ", "sumi"},
		{"紀恵", "キエ", "kie"},
		{"美帆", "ミホ", "miho"},
		{"花江", "カエ", "kae"},
		{"世子", "ヨコ", "yoko"},
		{"那子", "ナコ", "nako"},
		{"央里", "オリ", "ori"},
		{"津江", "ツエ", "tsue"},
		{"菜穂", "ナホ", "naho"},
		{"美加", "ミカ", "mika"},
		{"知佳", "チカ", "chika"},
		{"乃亜", "ノア", "noa"},
		{"都子", "トコ", "toko"},
		{"里瑛", "リエ", "rie"},
		{"葉月", "ハヅキ", "hazuki"},
		{"紀代", "キヨ", "kiyo"},
	}
)

var placesJA = []struct{ postcode, region, code, city, quarter string }{
	{"150-0001", "東京都", "13", "渋谷区", "神宮前"},
	{"160-0022", "東京都", "13", "新宿区", "新宿"},
	{"106-0032", "東京都", "13", "港区", "六本木"},
	{"104-0061", "東京都", "13", "中央区", "銀座"},
	{"530-0001", "大阪府", "27", "大阪市北区", "梅田"},
	{"542-0081", "大阪府", "27", "大阪市中央区", "南船場"},
	{"460-0008", "愛知県", "23", "名古屋市中区", "栄"},
	{"450-0002", "愛知県", "23", "名古屋市中村区", "名駅"},
	{"810-0001", "福岡県", "40", "福岡市中央区", "天神"},
	{"812-0011", "福岡県", "40", "福岡市博多区", "博多駅前"},
	{"220-0011", "神奈川県", "14", "横浜市西区", "高島"},
	{"330-0854", "埼玉県", "11", "さいたま市大宮区", "桜木町"},
	{"260-0013", "千葉県", "12", "千葉市中央区", "中央"},
	{"980-0021", "宮城県", "04", "仙台市青葉区", "中央"},
}

var (
	housesJA = []string{
		"サンハイツ", "メゾン", "コーポ", "グリーンハイム", "ロイヤルコート", "パークサイド", "シャトレ", "レジデンス",
		"ヴィラ", "フォレスト", "ハイム", "プレミール",
	}
	grovesJA = []string{
		"若葉丘", "桜坂", "青嵐", "白樺", "月見台", "花水木", "千鳥", "朝霧", "椿ヶ丘", "欅平", "霞野", "藤波",
	}
	firmsJA = []string{"有限会社", "株式会社", "合同会社"}
)

// mintJA gives the mobile number 090-0xxx-xxxx: the telecommunications numbering plan of the ministry (総務省) has
// mobile numbers 090-C with C other than 0, so none is anyone's.
func mintJA(d draw, long bool) (Person, string) {
	family, second := two(d, familiesJA)
	head := pick(d, givenHeadsJA)
	tail, more := two(d, givenTailsJA)
	given := head.plus(tail)
	place := pick(d, placesJA)
	p := Person{
		Phone:    fmt.Sprintf("090-0%03d-%04d", d.IntN(1000), d.IntN(10000)),
		Postcode: place.postcode,
		Region:   place.region, RegionCode: place.code, City: place.city,
		Street:   fmt.Sprintf("%s%d丁目%d番%d号", place.quarter, 1+d.IntN(9), 10+d.IntN(80), 10+d.IntN(80)),
		Building: fmt.Sprintf("%s%s%d号室", pick(d, housesJA), pick(d, grovesJA), 100*(1+d.IntN(19))+1+d.IntN(40)),
		Company:  pick(d, firmsJA) + pick(d, grovesJA) + "商会",
		Country:  "JP",
		Gender:   "female",
	}
	if long {
		family, given = family.plus(second), given.plus(more)
		house, grove := pick(d, housesJA), pick(d, grovesJA)
		p.Street += fmt.Sprintf("東%d通り北側", 100+d.IntN(900))
		p.Building = fmt.Sprintf("%s%s第%d号館%s", house, grove, 100+d.IntN(900), p.Building)
	}
	p.Family, p.Given = family.kanji, given.kanji
	p.FamilyKana, p.GivenKana = family.kana, given.kana
	if long {
		return p, given.latin + " " + family.latin + " Higashikuni"
	}
	return p, given.latin + " " + family.latin
}
