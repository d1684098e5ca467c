package canary

import "fmt"

// The compound surnames: they exist, and together fewer than one Korean in five hundred has one.
var familiesKO = [][2]string{
	{"남궁", "Namgung"},
	{"황보", "Hwangbo"},
	{"제갈", "Jegal"},
	{"선우", "Sunwoo"},
	{"독고", "Dokgo"},
	{"사공", "Sagong"},
	{"서문", "Seomun"},
	{"동방", "Dongbang"},
}

var syllablesKO = [][2]string{
	{"가", "ga"},
	{"나", "na"},
	{"다", "da"},
	{"라", "ra"},
	{"민", "min"},
	{"서", "seo"},
	{"지", "ji"},
	{"현", "hyeon"},
	{"은", "eun"},
	{"윤", "yun"},
	{"하", "ha"},
	{"예", "ye"},
	{"주", "ju"},
	{"연", "yeon"},
	{"수", "su"},
	{"경", "gyeong"},
	{"린", "rin"},
	{"원", "won"},
	{"소", "so"},
	{"영", "yeong"},
	{"채", "chae"},
	{"빈", "bin"},
	{"유", "yu"},
	{"진", "jin"},
	{"해", "hae"},
	{"솔", "sol"},
	{"새", "sae"},
	{"온", "on"},
	{"별", "byeol"},
	{"한", "han"},
	{"결", "gyeol"},
	{"세", "se"},
}

var placesKO = []struct{ postcode, region, code, city, road string }{
	{"04524", "서울특별시", "11", "중구", "세종대로"},
	{"06236", "서울특별시", "11", "강남구", "테헤란로"},
	{"47545", "부산광역시", "26", "연제구", "중앙대로"},
	{"41911", "대구광역시", "27", "중구", "공평로"},
	{"21554", "인천광역시", "28", "남동구", "정각로"},
	{"61945", "광주광역시", "29", "서구", "내방로"},
	{"35242", "대전광역시", "30", "서구", "둔산로"},
	{"44675", "울산광역시", "31", "남구", "중앙로"},
	{"16490", "경기도", "41", "수원시 팔달구", "효원로"},
	{"28515", "충청북도", "43", "청주시 상당구", "상당로"},
	{"51154", "경상남도", "48", "창원시 의창구", "중앙대로"},
	{"63122", "제주특별자치도", "49", "제주시", "문연로"},
}

var housesKO = []string{
	"푸른솔빌라", "한마음연립", "은빛마을", "해오름타운", "다솜하이츠", "가온빌", "이슬마을", "별내음빌라", "늘푸른타운",
	"솔향기아파트", "들꽃마을", "무지개연립",
}

// mintKO gives the mobile number 010-0xxx-xxxx: exchange codes 0000 to 1999 of 010 are kept out of use, so that no
// number dialled without its prefix can begin like 112 or 070.
func mintKO(d draw, long bool) (Person, string) {
	family := pick(d, familiesKO)
	a, b := two(d, syllablesKO)
	place := pick(d, placesKO)
	p := Person{
		Family:   family[0],
		Given:    a[0] + b[0],
		Phone:    fmt.Sprintf("010-0%03d-%04d", d.IntN(1000), d.IntN(10000)),
		Postcode: place.postcode,
		Region:   place.region, RegionCode: place.code, City: place.city,
		Street:   fmt.Sprintf("%s%d번길 %d-%d", place.road, 100+d.IntN(900), 10+d.IntN(90), 10+d.IntN(90)),
		Building: fmt.Sprintf("%s %d동 %d호", pick(d, housesKO), 101+d.IntN(30), 100*(1+d.IntN(19))+1+d.IntN(9)),
		Company:  "주식회사 " + pick(d, housesKO),
		Country:  "KR",
		Gender:   "female",
	}
	latin := a[1] + "-" + b[1]
	if long {
		c, e := two(d, syllablesKO)
		p.Given += c[0] + e[0]
		latin += "-" + c[1] + "-" + e[1]
		p.Street += fmt.Sprintf(" 서쪽 %d번 출입구", 100+d.IntN(900))
		p.Building += fmt.Sprintf(" %s 별관 %d층", pick(d, housesKO), 10+d.IntN(20))
		return p, latin + " " + "Yeonhwa " + family[1]
	}
	return p, latin + " " + family[1]
}
