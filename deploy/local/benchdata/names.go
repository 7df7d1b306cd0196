package benchdata

import "strings"

// The names, the most common first.
var (
	firstNames = strings.Fields(`Maria Anna James Mary Robert Elena David Jennifer Michael Sofia William Laura Thomas Sarah
		Daniel Emma Peter Julia Martin Linda Paul Eva Mark Lucía José Karen Carlos Nina Simon Alice George Marta Victor
		Clara Hugo Irene John Oscar Helen Ivan Ruth Felix Diana Leo Sara Max Olga Adam Rosa Erik Vera Hans Lena Karl Ines Otto
		Zoë Igor Amélie Jörg Chloé Søren Łukasz Åsa Ágnes Øyvind François Noémi Björn Renée Siân Željko Ayşe Dağhan`)
	lastNames = strings.Fields(`Garcia Müller Brown Martin Wang Lopez Nguyen Davis Rossi Miller Silva Wilson Novak Moore Smith
		Lee Clark Hall Weber Young King Wright Hill Green Baker Adams Nelson Carter Turner Parker Evans Collins Johnson
		Stewart Morris Rogers Reed Cook Bell Murphy Cooper Bailey Ward Gray Wood Ross Bennett Jensen Larsen Kowalski Dubois
		Moreau Fischer Schäfer Çelik Yılmaz Popović García Núñez Lefèvre Ångström O'Neill Bjørnsen Kovács Strauß`)
)

// domains are the users' mail domains, and how many users of a thousand have each.
var domains = weighted[string]{
	{"gmail.com", 300}, {"yahoo.com", 130}, {"outlook.com", 120}, {"hotmail.com", 90}, {"icloud.com", 80}, {"example.com", 80},
	{"example.org", 70}, {"proton.me", 40}, {"web.de", 40}, {"example.net", 30}, {"orange.fr", 20},
}

// plain spells a name in the letters allowed in addresses.
var plain = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "å", "a", "ø", "o", "é", "e", "è", "e", "ë", "e", "í", "i", "â", "a", "á", "a",
	"ç", "c", "ć", "c", "ğ", "g", "ł", "l", "ñ", "n", "ş", "s", "ú", "u", "ı", "i", "ž", "z", "'", "", "ó", "o",
)
