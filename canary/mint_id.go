package canary

import "fmt"

var (
	firstID = []string{
		"Wulandari", "Kartika", "Ratnasari", "Puspita", "Anindya", "Maharani", "Dewantari", "Larasati",
		"Paramitha", "Savitri", "Nirmala", "Saraswati", "Widyawati", "Purnamasari", "Rahmawati",
		"Setyawati", "Handayani", "Anggraini", "Wahyuningsih", "Yulianti", "Sulistyowati", "Indrayani", "Oktaviani",
	}
	middleID = []string{
		"Kinasih", "Pertiwi", "Kencana", "Permatasari", "Melati", "Cempaka", "Anjani", "Sekarwangi",
		"Andayani", "Prameswari", "Lestari", "Hapsari", "Kirana", "Mayangsari", "Nurani", "Candrawati", "Damayanti",
	}
	familiesID = []string{
		"Kusumaningrat", "Hadiwijaya", "Suryaningrat", "Wirakusuma", "Tanuwijaya", "Natakusumah",
		"Kartawinata", "Mangkunegoro", "Atmadibrata", "Wiriaatmadja",
		"Purbokusumo", "Suriadiredja", "Soerjaningrat", "Hardjosukarto", "Martadinata", "Sosrokartono", "Adiwinata", "Gondokusumo",
	}
)

var placesID = []struct{ postcode, region, code, city, street string }{
	{"10110", "DKI Jakarta", "JK", "Jakarta Pusat", "Jalan Medan Merdeka Timur"},
	{"10310", "DKI Jakarta", "JK", "Jakarta Pusat", "Jalan Teuku Cik Ditiro"},
	{"12110", "DKI Jakarta", "JK", "Jakarta Selatan", "Jalan Senopati"},
	{"12950", "DKI Jakarta", "JK", "Jakarta Selatan", "Jalan Karet Pedurenan"},
	{"40111", "Jawa Barat", "JB", "Bandung", "Jalan Braga"},
	{"40115", "Jawa Barat", "JB", "Bandung", "Jalan Trunojoyo"},
	{"60271", "Jawa Timur", "JI", "Surabaya", "Jalan Panglima Sudirman"},
	{"50241", "Jawa Tengah", "JT", "Semarang", "Jalan Pahlawan"},
	{"55271", "DI Yogyakarta", "YO", "Yogyakarta", "Jalan Malioboro"},
	{"80361", "Bali", "BA", "Badung", "Jalan Raya Kuta"},
	{"20152", "Sumatera Utara", "SU", "Medan", "Jalan Imam Bonjol"},
	{"90111", "Sulawesi Selatan", "SN", "Makassar", "Jalan Jenderal Sudirman"},
}

var housesID = []string{
	"Griya Melati", "Wisma Kenanga", "Graha Cempaka", "Puri Anggrek", "Taman Flamboyan", "Pondok Seroja", "Rumah Dahlia",
	"Perumahan Bougenville", "Villa Teratai", "Kompleks Mawar", "Apartemen Alamanda", "Residensi Wijaya Kusuma",
}

// mintID gives the number 0862-xxxx-xxxx: the numbering plan (KM 28/2004) keeps 086 for access to packet-switched
// networks, and no mobile operator has it.
func mintID(d draw, long bool) (Person, string) {
	first, family, place := pick(d, firstID), pick(d, familiesID), pick(d, placesID)
	a, b := two(d, middleID)
	p := Person{
		Given:    first + " " + a,
		Family:   family,
		Phone:    fmt.Sprintf("0862-%04d-%04d", d.IntN(10000), d.IntN(10000)),
		Postcode: place.postcode,
		Region:   place.region, RegionCode: place.code, City: place.city,
		Street:   fmt.Sprintf("%s No. %d%s", place.street, 100+d.IntN(900), d.text("ABCDEFGH", 1)),
		Building: fmt.Sprintf("%s Blok %s%d No. %d", pick(d, housesID), d.text("ABCDEFGH", 1), 10+d.IntN(90), 10+d.IntN(90)),
		Company:  "PT " + pick(d, familiesID) + " Sejahtera",
		Country:  "ID",
		Gender:   "female",
	}
	if long {
		p.Given += " " + b
		p.Family += " " + "Reksonegoro"
		p.Street += fmt.Sprintf(" RT %02d RW %02d Gang Delima Barat", 10+d.IntN(80), 10+d.IntN(80))
		p.Building += fmt.Sprintf(" Gedung Sayap Utara Lantai %d", 10+d.IntN(20))
	}
	return p, p.Given + " " + p.Family
}
