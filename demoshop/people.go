package demoshop

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Names, in the order of how common they are, and places. No combination is taken from a real person; e-mail domains
// are those reserved for examples, and no phone number of the form 0x0-0xxx-xxxx is assigned.
const (
	familyNames = `佐藤 サトウ sato,鈴木 スズキ suzuki,高橋 タカハシ takahashi,田中 タナカ tanaka,伊藤 イトウ ito,渡辺 ワタナベ watanabe,山本 ヤマモト yamamoto,中村 ナカムラ nakamura,小林 コバヤシ kobayashi,加藤 カトウ kato,吉田 ヨシダ yoshida,山田 ヤマダ yamada,佐々木 ササキ sasaki,山口 ヤマグチ yamaguchi,松本 マツモト matsumoto,井上 イノウエ inoue,木村 キムラ kimura,林 ハヤシ hayashi,斎藤 サイトウ saito,清水 シミズ shimizu,山崎 ヤマザキ yamazaki,森 モリ mori,池田 イケダ ikeda,橋本 ハシモト hashimoto,阿部 アベ abe,石川 イシカワ ishikawa,山下 ヤマシタ yamashita,中島 ナカジマ nakajima,石井 イシイ ishii,小川 オガワ ogawa,前田 マエダ maeda,岡田 オカダ okada,長谷川 ハセガワ hasegawa,藤田 フジタ fujita,後藤 ゴトウ goto,近藤 コンドウ kondo,村上 ムラカミ murakami,遠藤 エンドウ endo,青木 アオキ aoki,坂本 サカモト sakamoto,福田 フクダ fukuda,太田 オオタ ota,西村 ニシムラ nishimura,藤井 フジイ fujii,金子 カネコ kaneko,岡本 オカモト okamoto,藤原 フジワラ fujiwara,三浦 ミウラ miura,中野 ナカノ nakano,原田 ハラダ harada,松田 マツダ matsuda,竹内 タケウチ takeuchi,小野 オノ ono,中山 ナカヤマ nakayama,田村 タムラ tamura`
	givenNames  = `陽菜 ヒナ hina,蓮 レン ren,結衣 ユイ yui,大翔 ヒロト hiroto,葵 アオイ aoi,悠真 ユウマ yuma,美咲 ミサキ misaki,翔太 ショウタ shota,さくら サクラ sakura,健太 ケンタ kenta,真由美 マユミ mayumi,誠 マコト makoto,恵子 ケイコ keiko,浩 ヒロシ hiroshi,裕子 ユウコ yuko,隆 タカシ takashi,久美子 クミコ kumiko,健一 ケンイチ kenichi,智子 トモコ tomoko,大輔 ダイスケ daisuke,愛 アイ ai,拓也 タクヤ takuya,彩 アヤ aya,直樹 ナオキ naoki,麻衣 マイ mai,亮 リョウ ryo,千尋 チヒロ chihiro,俊介 シュンスケ shunsuke,七海 ナナミ nanami,陸 リク riku,凛 リン rin,颯太 ソウタ sota,遥 ハルカ haruka,湊 ミナト minato,芽依 メイ mei,純 ジュン jun,洋子 ヨウコ yoko,学 マナブ manabu,由美 ユミ yumi,和也 カズヤ kazuya`
	places      = `1000005 東京都 千代田区 丸の内,1500002 東京都 渋谷区 渋谷,1600022 東京都 新宿区 新宿,1800004 東京都 武蔵野市 吉祥寺本町,1580094 東京都 世田谷区 玉川,1130033 東京都 文京区 本郷,2200012 神奈川県 横浜市西区 みなとみらい,2100007 神奈川県 川崎市川崎区 駅前本町,2480006 神奈川県 鎌倉市 小町,3300854 埼玉県 さいたま市大宮区 桜木町,2600013 千葉県 千葉市中央区 中央,2730005 千葉県 船橋市 本町,5300001 大阪府 大阪市北区 梅田,5420076 大阪府 大阪市中央区 難波,5600021 大阪府 豊中市 本町,6008216 京都府 京都市下京区 東塩小路町,6110021 京都府 宇治市 宇治,6500021 兵庫県 神戸市中央区 三宮町,6700012 兵庫県 姫路市 本町,4600008 愛知県 名古屋市中区 栄,4500002 愛知県 名古屋市中村区 名駅,4790838 愛知県 常滑市 鯉江本町,4200852 静岡県 静岡市葵区 紺屋町,4300933 静岡県 浜松市中央区 鍛冶町,0600001 北海道 札幌市中央区 北一条西,0700030 北海道 旭川市 宮下通,9800811 宮城県 仙台市青葉区 一番町,0200034 岩手県 盛岡市 盛岡駅前通,9500087 新潟県 新潟市中央区 東大通,9200981 石川県 金沢市 片町,3800824 長野県 長野市 南石堂町,7300011 広島県 広島市中区 基町,7000901 岡山県 岡山市北区 本町,7600019 香川県 高松市 サンポート,8100001 福岡県 福岡市中央区 天神,8120011 福岡県 福岡市博多区 博多駅前,8600807 熊本県 熊本市中央区 下通,8900053 鹿児島県 鹿児島市 中央町,9000013 沖縄県 那覇市 牧志,6300213 奈良県 生駒市 東生駒`
	buildings   = `,,,メゾン若葉,グリーンハイツ,コーポさくら,サンライズ本町,パークテラス,第二双葉荘,リバーサイド壱番館`
)

// fillBatch is the number of rows between looks at the context.
const fillBatch = 10_000

// fillCustomers writes members, their address books and past orders. The rows are computed inside the database: a
// million customers would otherwise cross the driver one by one. Everything follows from the seed.
func fillCustomers(ctx context.Context, db *sql.DB, config Config) (err error) {
	connection, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	run := func(query string, args ...any) error {
		_, err := connection.ExecContext(ctx, query, args...)
		return err
	}
	batches := func(table string, n int, queries []string, more ...any) error {
		for from := 1; from <= n; from += fillBatch {
			args := slices.Concat(batch(config.Seed, table, from, min(from+fillBatch-1, n)), []any{sql.Named("all", n)}, more)
			for _, query := range queries {
				if err := run(query, args...); err != nil {
					return err
				}
			}
		}
		return nil
	}
	// Every reference is right by construction; the connection gets its checks back at the end.
	if err := run(`PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536`); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, run(`PRAGMA foreign_keys = ON; PRAGMA cache_size = -2000; `+dropWords)) }()
	if err := fillWords(run); err != nil {
		return err
	}
	if err := batches("customer", config.Customers, []string{customerRows, addressRows, otherAddressRows}); err != nil {
		return err
	}
	if err := batches("order", config.Orders, []string{orderRows, orderLineRows}, sql.Named("customers", config.Customers)); err != nil {
		return err
	}
	// Indexes last: built by one sort instead of a million insertions.
	return run(`CREATE UNIQUE INDEX IF NOT EXISTS customer_email ON customer (email);
		CREATE INDEX IF NOT EXISTS address_customer ON address (customer_id);
		CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer_id);
		CREATE INDEX IF NOT EXISTS order_line_order ON order_line (order_id)`)
}

const dropWords = `DROP TABLE IF EXISTS temp.family; DROP TABLE IF EXISTS temp.given; DROP TABLE IF EXISTS temp.place;
	DROP TABLE IF EXISTS temp.building; DROP TABLE IF EXISTS temp.good`

// fillWords writes the lists that people are made of into temporary tables.
func fillWords(run func(string, ...any) error) error {
	err := run(`CREATE TEMP TABLE family (i INTEGER PRIMARY KEY, name, kana, roman);
		CREATE TEMP TABLE given (i INTEGER PRIMARY KEY, name, kana, roman);
		CREATE TEMP TABLE place (i INTEGER PRIMARY KEY, postcode, region, city, town);
		CREATE TEMP TABLE building (i INTEGER PRIMARY KEY, name);
		CREATE TEMP TABLE good (i INTEGER PRIMARY KEY, variant_id, name, price);
		INSERT INTO good SELECT row_number() OVER (ORDER BY v.id) - 1, v.id, p.name_ja, v.price FROM variant v JOIN product p ON p.id = v.product_id`)
	if err != nil {
		return err
	}
	for table, list := range map[string]string{"family": familyNames, "given": givenNames, "place": places, "building": buildings} {
		for i, words := range strings.Split(list, ",") {
			args := []any{i}
			for word := range strings.SplitSeq(words, " ") {
				args = append(args, word)
			}
			if err := run(fmt.Sprintf(`INSERT INTO temp.%s VALUES (?%s)`, table, strings.Repeat(", ?", len(args)-1)), args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// SQLite has no random numbers that can be repeated, so each row carries three Lehmer generators on to the next. No
// product exceeds 63 bits.
const draws = `WITH RECURSIVE d(id, a, b, c) AS (SELECT :from, :a, :b, :c UNION ALL
	SELECT id + 1, a * 48271 % 2147483647, b * 69621 % 2147483647, c * 40692 % 2147483399 FROM d WHERE id < :to) `

// batch gives the parameters of one batch: its ids, and where its generators begin.
func batch(seed int64, table string, from, to int) []any {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", seed, table, from))
	state := func(i int) int64 { return int64(binary.BigEndian.Uint32(sum[4*i:])%2147483000) + 1 }
	return []any{
		sql.Named("from", from), sql.Named("to", to), sql.Named("a", state(0)), sql.Named("b", state(1)), sql.Named("c", state(2)),
	}
}

var (
	people = fmt.Sprintf(`JOIN temp.family f ON f.i = ((a %% 1021) * (b %% 1021) * %d) / 1042441 JOIN temp.given g ON g.i = c %% %d`,
		strings.Count(familyNames, ",")+1, strings.Count(givenNames, ",")+1)
	homes = fmt.Sprintf(`JOIN temp.place p ON p.i = b %% %d JOIN temp.building h ON h.i = a %% %d`,
		strings.Count(places, ",")+1, strings.Count(buildings, ",")+1)

	customerRows = `INSERT INTO customer ` + draws + `
		SELECT id, g.roman || '.' || f.roman || id || '@example.' || CASE b % 4 WHEN 0 THEN 'jp' WHEN 1 THEN 'net' WHEN 2 THEN 'org' ELSE 'com' END,
		'seed', f.name, g.name, f.kana, g.kana, '0' || ((7 + a % 3) * 10) || printf('0%07d', c % 10000000),
		1554076800 + id * 236000000 / :all + b % 86400
		FROM d ` + people

	addressRows = `INSERT INTO address ` + draws + `
		SELECT id, id, '自宅', u.family_name, u.given_name, u.family_kana, u.given_kana, '', p.postcode, p.region, p.city,
		p.town || (1 + a % 9) || '-' || (1 + b % 30) || '-' || (1 + c % 20),
		CASE h.name WHEN '' THEN '' ELSE h.name || ' ' || (101 + a % 9 * 100 + c % 9) END, u.phone,
		CASE WHEN h.name <> '' AND c % 3 = 0 THEN '#' || printf('%04d', b % 10000) ELSE '' END
		FROM d JOIN customer u USING (id) ` + homes

	// One member in eight also keeps somebody else's address, drawn with the generators' roles exchanged.
	otherAddressRows = `INSERT INTO address ` + draws + `
		SELECT :all + id, id, '贈り先', f.name, g.name, f.kana, g.kana, '', p.postcode, p.region, p.city,
		p.town || (1 + c % 9) || '-' || (1 + a % 30), '', '0' || ((7 + a % 3) * 10) || printf('0%07d', b % 10000000), ''
		FROM (SELECT id, c AS a, a AS b, b AS c FROM d WHERE id % 8 = 3) d ` + people + ` ` + homes

	orderRows = `INSERT INTO orders ` + draws + `
		SELECT d.id, 'K' || printf('%07d', d.id), CASE WHEN d.id > :all - 20 THEN 'placed' ELSE 'shipped' END, u.id,
		1727740800 + d.id * 63000000 / :all + b % 40000 - 20000, u.email, u.family_name, u.given_name, u.family_kana, u.given_kana, '',
		w.postcode, w.region, w.city, w.street, w.building, u.phone, u.family_name || ' ' || u.given_name, w.postcode,
		w.region || w.city || w.street || w.building, u.phone, 'standard', '', '', '',
		CASE b % 4 WHEN 0 THEN 'cod' WHEN 1 THEN 'bank' ELSE 'card' END, '', CASE WHEN b % 4 > 1 THEN printf('%04d', c % 10000) ELSE '' END, '',
		o.price * (1 + b % 3), 0, 0, 0, o.price * (1 + b % 3)
		FROM d JOIN customer u ON u.id = 1 + a % :customers JOIN address w ON w.id = u.id
		JOIN temp.good o ON o.i = c % (SELECT count(*) FROM temp.good)`

	orderLineRows = `INSERT INTO order_line ` + draws + `
		SELECT NULL, id, o.variant_id, o.name, 1 + b % 3, o.price FROM d JOIN temp.good o ON o.i = c % (SELECT count(*) FROM temp.good)`
)

// SeededPassword is the password of a member that the seed made.
func (s *Shop) SeededPassword(member int64) string { return seededPassword(s.config.Seed, member) }

// seededPassword is computed, not stored: a real hash of each would take hours for a million members.
func seededPassword(seed, member int64) string {
	mac := hmac.New(sha256.New, []byte(strconv.FormatInt(seed, 10)))
	mac.Write([]byte(strconv.FormatInt(member, 10)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil))[:10])
}
