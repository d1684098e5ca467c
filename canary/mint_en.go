package canary

import "fmt"

var (
	givenEN = []string{
		"Marguerite", "Rosalind", "Philippa", "Cordelia", "Guinevere", "Henrietta", "Josephine", "Clementine", "Wilhelmina",
		"Seraphina", "Evangeline", "Genevieve", "Theodora", "Octavia", "Magdalena", "Ernestine", "Constance", "Beatrix",
		"Winifred", "Leontyne", "Araminta", "Georgette", "Millicent", "Persephone",
	}
	familiesEN = []string{
		"Ashworth", "Pemberton", "Vandermeer", "Ellsworth", "Thistlewood", "Lockridge", "Fairweather", "Hollingsworth",
		"Castleberry", "Winterbourne", "Brackenridge", "Sutherland", "Abernathy", "Kilbourne", "Merriweather", "Oglethorpe",
		"Pennington", "Rutherford", "Stanhope", "Trelawney", "Underhill", "Whitcombe", "Yarborough", "Birdsall",
	}
	streetsEN = []string{
		"Larkspur", "Juniper", "Foxglove", "Hawthorne", "Bluestem", "Meadowlark", "Cottonwood", "Sagebrush", "Tamarack",
		"Windflower", "Huckleberry", "Silverleaf", "Chokecherry", "Nightingale", "Partridge", "Sandpiper",
	}
	waysEN   = []string{"Hollow Road", "Ridge Drive", "Crossing Lane", "Terrace North", "Meadow Court", "Grove Avenue"}
	housesEN = []string{"Apartment", "Suite", "Unit"}
)

var placesEN = []struct{ postcode, region, code, city, area string }{
	{"97205", "Oregon", "OR", "Portland", "503"},
	{"78701", "Texas", "TX", "Austin", "512"},
	{"60614", "Illinois", "IL", "Chicago", "773"},
	{"98109", "Washington", "WA", "Seattle", "206"},
	{"80202", "Colorado", "CO", "Denver", "303"},
	{"02116", "Massachusetts", "MA", "Boston", "617"},
	{"19103", "Pennsylvania", "PA", "Philadelphia", "215"},
	{"30309", "Georgia", "GA", "Atlanta", "404"},
	{"55403", "Minnesota", "MN", "Minneapolis", "612"},
	{"43215", "Ohio", "OH", "Columbus", "614"},
	{"27601", "North Carolina", "NC", "Raleigh", "919"},
	{"37203", "Tennessee", "TN", "Nashville", "615"},
	{"84101", "Utah", "UT", "Salt Lake City", "801"},
	{"85004", "Arizona", "AZ", "Phoenix", "602"},
	{"92101", "California", "CA", "San Diego", "619"},
	{"53703", "Wisconsin", "WI", "Madison", "608"},
}

// line draws the last four digits of a telephone number. It leaves out what pages print as an example and what could
// therefore be in a message without being ours: 555-01xx, and the likes of 5555 and 6789.
func (d draw) line() string {
	for {
		n := "5678"[d.IntN(4):][:1] + d.uneven(3)
		if a := step(n[0], n[1]); a != step(n[1], n[2]) || a != step(n[2], n[3]) {
			return n
		}
	}
}

// mintEN gives a number of the 555 exchange of the place's area code, which has no subscribers.
func mintEN(d draw, long bool) (Person, string) {
	given, second := two(d, givenEN)
	a, b := two(d, familiesEN)
	place := pick(d, placesEN)
	p := Person{
		Given:    given,
		Family:   a + "-" + b,
		Phone:    place.area + "-555-" + d.line(),
		Postcode: place.postcode,
		Region:   place.region, RegionCode: place.code, City: place.city,
		Street:   fmt.Sprintf("%d %s %s", 1000+d.IntN(9000), pick(d, streetsEN), pick(d, waysEN)),
		Building: fmt.Sprintf("%s %d%s", pick(d, housesEN), 1000+d.IntN(9000), d.text("ABCDEFGH", 1)),
		Company:  pick(d, familiesEN) + " Trading LLC",
		Country:  "US",
		Gender:   "female",
	}
	if long {
		p.Given += "-" + second
		p.Family += "-" + pick(d, familiesEN)
		p.Street += fmt.Sprintf(" Rear Entrance %d West", 100+d.IntN(900))
		p.Building = "Upper Courtyard Building " + p.Building
	}
	return p, p.Given + " " + p.Family
}
