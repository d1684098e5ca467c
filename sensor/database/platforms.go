package database

// markup and the like make the columns of a rawTable.
func columns(m mode, names ...string) map[string]mode {
	out := map[string]mode{}
	for _, n := range names {
		out[n] = m
	}
	return out
}

func also(a, b map[string]mode) map[string]mode {
	for n, m := range b {
		a[n] = m
	}
	return a
}

// platforms are the shops whose databases are known, as their own schemas and sources have them. Of each, tables that
// are named here and are not there are left out: plugins and versions differ.
var platforms = []platform{eccube2, eccube3, eccube4, wordPress, magento2, openCart, zenCart, prestaShop, everShop, demonstration}

var eccube2 = platform{
	name: "EC-CUBE 2", tells: []string{"dtb_baseinfo", "dtb_order", "dtb_pagelayout"},
	raw: []rawTable{
		{table: "dtb_payment", columns: also(columns(modeCode, "module_path"), columns(modeMarkup, "note", "payment_method")), label: "payment_method", pays: true},
		{table: "dtb_module", columns: columns(modeCode, "module_code"), label: "module_name", pays: true},
		{table: "dtb_plugin", columns: columns(modeCode, "class_name", "enable"), label: "plugin_code"},
		{table: "dtb_plugin_hookpoint", columns: columns(modeCode, "hook_point", "callback")},
		{table: "dtb_bloc", columns: columns(modeCode, "tpl_path", "php_path", "filename"), label: "bloc_name"},
		{table: "dtb_pagelayout", columns: also(columns(modeCode, "filename", "url"), columns(modeMarkup, "author", "description", "keyword", "update_url", "meta_robots")), label: "page_name"},
		{table: "dtb_csv_sql", columns: columns(modeCode, "csv_sql"), label: "sql_name"},
		{table: "dtb_mailtemplate", columns: columns(modeMarkup, "header", "footer"), label: "subject"},
		{table: "dtb_news", columns: columns(modeMarkup, "news_title", "news_comment", "news_url")},
		{table: "dtb_products", columns: columns(modeMarkup, "main_list_comment", "main_comment", "sub_comment1", "sub_comment2", "sub_comment3", "sub_comment4", "sub_comment5", "sub_comment6")},
		{table: "dtb_category", columns: columns(modeMarkup, "category_name")},
		{table: "dtb_kiyaku", columns: columns(modeMarkup, "kiyaku_text")},
		{table: "dtb_baseinfo", columns: columns(modeMarkup, "shop_name", "message", "good_traded", "company_name")},
		{table: "mtb_constants", columns: columns(modeCode, "name"), where: "id IN ('ADMIN_DIR', 'DATA_REALDIR', 'PLUGIN_UPLOAD_REALDIR', 'SITE_URL', 'HTTPS_URL')"},
	},
	written: []writtenTable{
		{table: "dtb_order", screen: "/admin/order/edit.php?order_id={id}, /admin/order/mail.php", must: true},
		{table: "dtb_order_temp", screen: "/admin/order/"},
		{table: "dtb_shipping", screen: "/admin/order/edit.php?order_id={id}"},
		{table: "dtb_customer", screen: "/admin/customer/edit.php?customer_id={id}", must: true},
		{table: "dtb_other_deliv", screen: "/admin/customer/edit.php"},
		{table: "dtb_review", screen: "/admin/products/review_edit.php?review_id={id}"},
	},
	accounts: []account{
		{"administrator", "dtb_member", "SELECT member_id, login_id, concat('authority ', authority, ', work ', work, ', del ', del_flg) FROM {dtb_member}"},
		{"key", "dtb_api_account", "SELECT api_access_key, '', concat('enable ', enable, ', del ', del_flg) FROM {dtb_api_account}"},
	},
	skip: []string{"dtb_session", "dtb_mail_history", "dtb_send_", "mtb_", "dtb_bat_", "dtb_update", "dtb_csv"}, members: "SELECT customer_id FROM {dtb_customer} WHERE del_flg = 0",
	orders: &orderTable{"dtb_order", "customer_id", map[string]string{"status": "3"}},
}

var eccube3 = platform{
	name: "EC-CUBE 3", tells: []string{"dtb_base_info", "dtb_order", "dtb_page_layout"},
	raw: []rawTable{
		{table: "dtb_payment", columns: also(columns(modeCode, "payment_method"), columns(modeMarkup, "payment_image")), label: "payment_method", pays: true},
		{table: "dtb_plugin", columns: columns(modeCode, "class_name", "plugin_enable", "source"), label: "code"},
		{table: "dtb_plugin_event_handler", columns: columns(modeCode, "event", "handler")},
		{table: "dtb_block", columns: columns(modeCode, "file_name"), label: "block_name"},
		{table: "dtb_page_layout", columns: also(columns(modeCode, "file_name", "url"), columns(modeMarkup, "meta_tags", "author", "description", "keyword", "meta_robots")), label: "page_name"},
		{table: "dtb_mail_template", columns: columns(modeMarkup, "mail_header", "mail_footer"), label: "name"},
		{table: "dtb_news", columns: columns(modeMarkup, "news_title", "news_comment", "news_url")},
		{table: "dtb_product", columns: columns(modeMarkup, "description_list", "description_detail", "free_area")},
		{table: "dtb_help", columns: columns(modeMarkup, "law_note", "law_term01", "law_term02", "customer_agreement", "privacy_policy")},
		{table: "dtb_base_info", columns: columns(modeMarkup, "shop_name", "message", "good_traded", "company_name")},
	},
	written: eccubeWritten,
	accounts: []account{
		{"administrator", "dtb_member", "SELECT member_id, login_id, concat('authority ', authority, ', work ', work, ', del ', del_flg) FROM {dtb_member}"},
		{"key", "dtb_oauth2_client", "SELECT id, '', 'oauth client' FROM {dtb_oauth2_client}"},
	},
	skip: []string{"dtb_session", "dtb_mail_history", "mtb_", "dtb_csv", "doctrine_"}, members: "SELECT customer_id FROM {dtb_customer} WHERE del_flg = 0",
	orders: &orderTable{"dtb_order", "customer_id", map[string]string{"status": "3"}},
}

var eccubeWritten = []writtenTable{
	{table: "dtb_order", screen: "/admin/order/{id}/edit, /admin/order/{id}/mail", must: true},
	{table: "dtb_shipping", screen: "/admin/order, /admin/shipping/{id}/edit"},
	{table: "dtb_customer", screen: "/admin/customer/{id}/edit", must: true},
	{table: "dtb_customer_address", screen: "/admin/customer"},
	{table: "plg_product_review", screen: "/admin/product_review"},
	{table: "plg_product_review4", screen: "/admin/product_review"},
	{table: "plg_contact", screen: "/admin/contact"},
}

var eccube4 = platform{
	name: "EC-CUBE 4", tells: []string{"dtb_base_info", "dtb_order", "dtb_layout", "dtb_page"},
	raw: []rawTable{
		{table: "dtb_payment", columns: also(columns(modeCode, "method_class"), columns(modeMarkup, "payment_method")), label: "payment_method", pays: true},
		{table: "dtb_plugin", columns: columns(modeCode, "enabled", "source"), label: "code"},
		{table: "dtb_block", columns: columns(modeCode, "file_name"), label: "block_name"},
		{table: "dtb_block_position", columns: columns(modeSwitch, "section", "block_row")},
		{table: "dtb_page", columns: also(columns(modeCode, "file_name", "url"), columns(modeMarkup, "meta_tags", "author", "description", "keyword", "meta_robots")), label: "page_name"},
		{table: "dtb_mail_template", columns: also(columns(modeCode, "file_name"), columns(modeMarkup, "mail_subject", "mail_header", "mail_footer")), label: "name"},
		{table: "dtb_news", columns: columns(modeMarkup, "title", "description", "url")},
		{table: "dtb_product", columns: columns(modeMarkup, "name", "description_list", "description_detail", "free_area")},
		{table: "dtb_category", columns: columns(modeMarkup, "category_name")},
		{table: "dtb_tag", columns: columns(modeMarkup, "name")},
		{table: "dtb_tradelaw", columns: columns(modeMarkup, "description")},
		{table: "dtb_base_info", columns: columns(modeMarkup, "shop_name", "message", "good_traded", "company_name", "gtm_id", "ga_id")},
		{table: "dtb_authority_role", columns: columns(modeSwitch, "deny_url")},
	},
	written: eccubeWritten,
	accounts: []account{
		{"administrator", "dtb_member", "SELECT id, login_id, concat('authority ', authority_id, ', work ', work_id) FROM {dtb_member}"},
		{"key", "oauth2_client", "SELECT identifier, name, concat('active ', active) FROM {oauth2_client}"},
	},
	skip: []string{"dtb_session", "dtb_mail_history", "dtb_login_history", "mtb_", "dtb_csv", "doctrine_", "migration_"}, members: "SELECT id FROM {dtb_customer}",
	orders: &orderTable{"dtb_order", "customer_id", map[string]string{"order_status_id": "3"}},
}

var wordPress = platform{
	name: "WordPress", tells: []string{"usermeta", "options", "posts", "postmeta", "term_taxonomy"},
	raw: []rawTable{
		{
			table: "options", columns: columns(modeCode, "option_value"), label: "option_name",
			where: "option_name IN ('active_plugins', 'template', 'stylesheet', 'siteurl', 'home', 'users_can_register', 'default_role', 'admin_email', 'blog_public', 'recently_activated', 'upload_path', 'auto_update_plugins')",
		},
		{
			table: "options", columns: columns(modeMarkup, "option_value"), label: "option_name",
			where: `option_name NOT LIKE '\_transient%' AND option_name NOT LIKE '\_site\_transient%' AND option_name NOT LIKE '%cache%' AND option_name <> 'rewrite_rules' AND option_name <> 'cron'`,
		},
		{table: "posts", columns: columns(modeMarkup, "post_content", "post_title", "post_excerpt"), label: "post_type", where: "post_type NOT IN ('revision', 'shop_order', 'shop_order_refund', 'shop_order_placehold', 'customize_changeset', 'attachment', 'oembed_cache') AND post_status <> 'trash'"},
		{table: "postmeta", columns: columns(modeMarkup, "meta_value"), label: "meta_key", where: `meta_key NOT LIKE '\_billing%' AND meta_key NOT LIKE '\_shipping%' AND meta_key NOT LIKE '\_order%' AND meta_key NOT LIKE '\_customer%' AND meta_key NOT LIKE '\_wp\_attach%'`},
		{table: "termmeta", columns: columns(modeMarkup, "meta_value"), label: "meta_key"},
		{table: "term_taxonomy", columns: columns(modeMarkup, "description"), label: "taxonomy"},
		{table: "snippets", columns: columns(modeCode, "code", "active"), label: "name"},
		{table: "hfcm_scripts", columns: columns(modeCode, "snippet", "status"), label: "name"},
		{table: "woocommerce_payment_tokenmeta", columns: columns(modeMarkup, "meta_value"), label: "meta_key", pays: true},
	},
	written: []writtenTable{
		{table: "comments", screen: "/wp-admin/comment.php?action=editcomment&c={id}"},
		{table: "wc_orders", screen: "/wp-admin/admin.php?page=wc-orders&action=edit&id={id}"},
		{table: "wc_order_addresses", screen: "/wp-admin/admin.php?page=wc-orders"},
		{table: "wc_orders_meta", screen: "/wp-admin/admin.php?page=wc-orders"},
		{table: "wc_customer_lookup", screen: "/wp-admin/admin.php?page=wc-admin&path=/customers"},
		{table: "postmeta", screen: "/wp-admin/edit.php?post_type=shop_order", where: `(meta_key LIKE '\_billing%' OR meta_key LIKE '\_shipping%' OR meta_key LIKE '\_customer%')`},
		{table: "posts", screen: "/wp-admin/post.php?post={id}&action=edit", where: "post_type = 'shop_order'"},
		{table: "woocommerce_order_items", screen: "/wp-admin/edit.php?post_type=shop_order"},
		{table: "woocommerce_order_itemmeta", screen: "/wp-admin/edit.php?post_type=shop_order"},
		{table: "users", screen: "/wp-admin/user-edit.php?user_id={id}", must: true},
		{table: "usermeta", screen: "/wp-admin/users.php", where: `(meta_key LIKE 'billing%' OR meta_key LIKE 'shipping%' OR meta_key IN ('first_name', 'last_name', 'nickname', 'description') OR meta_key LIKE 'usces%')`},
		{table: "usces_order", screen: "/wp-admin/admin.php?page=usces_orderlist&order_action=edit&order_id={id}"},
		{table: "usces_order_meta", screen: "/wp-admin/admin.php?page=usces_orderlist"},
		{table: "usces_member", screen: "/wp-admin/admin.php?page=usces_memberlist&member_action=edit&member_id={id}"},
		{table: "usces_member_meta", screen: "/wp-admin/admin.php?page=usces_memberlist"},
		{table: "usces_ordercart_meta", screen: "/wp-admin/admin.php?page=usces_orderlist"},
	},
	accounts: []account{
		{"administrator", "usermeta", `SELECT u.ID, u.user_login, m.meta_value FROM {users} u JOIN {usermeta} m ON m.user_id = u.ID WHERE m.meta_key LIKE '%capabilities' AND (m.meta_value LIKE '%administrator%' OR m.meta_value LIKE '%shop_manager%' OR m.meta_value LIKE '%editor%')`},
		{"key", "woocommerce_api_keys", "SELECT key_id, truncated_key, permissions FROM {woocommerce_api_keys}"},
		{"key", "usermeta", "SELECT user_id, 'application passwords', length(meta_value) FROM {usermeta} WHERE meta_key = '_application_passwords'"},
	},
	skip: []string{"actionscheduler_", "wc_download_log", "woocommerce_sessions", "woocommerce_log", "yoast_", "wf", "statistics_", "usces_log", "usces_access"}, members: "SELECT ID FROM {users}",
}

var magento2 = platform{
	name: "Magento 2", tells: []string{"core_config_data", "cms_block", "sales_order", "setup_module"},
	raw: []rawTable{
		{
			table: "core_config_data", columns: columns(modeCode, "value"), label: "path",
			where: "(path LIKE 'design/%' OR path LIKE 'dev/%' OR path LIKE 'web/%url%' OR path LIKE 'web/cookie/%' OR path LIKE 'admin/%' OR path LIKE 'payment/%/active' OR path LIKE 'payment/%url%' OR path LIKE 'google/%' OR path LIKE 'csp/%' OR path LIKE 'system/smtp/%')",
		},
		{table: "core_config_data", columns: columns(modeMarkup, "value"), label: "path"},
		{table: "cms_block", columns: columns(modeMarkup, "content"), label: "identifier"},
		{table: "cms_page", columns: also(columns(modeMarkup, "content", "meta_title", "content_heading"), columns(modeCode, "layout_update_xml", "custom_layout_update_xml")), label: "identifier"},
		{table: "layout_update", columns: columns(modeCode, "xml"), label: "handle"},
		{table: "widget_instance", columns: columns(modeCode, "instance_type", "widget_parameters"), label: "title"},
		{table: "email_template", columns: columns(modeMarkup, "template_text", "template_styles", "template_subject"), label: "template_code"},
		{table: "newsletter_template", columns: columns(modeMarkup, "template_text"), label: "template_code"},
		{table: "catalog_category_entity_text", columns: columns(modeMarkup, "value")},
		{table: "catalog_product_entity_text", columns: columns(modeMarkup, "value")},
		{table: "catalog_product_entity_varchar", columns: columns(modeMarkup, "value")},
		{table: "translation", columns: columns(modeMarkup, "translate"), label: "string"},
		{table: "setup_module", columns: columns(modeCode, "module", "schema_version")},
		{table: "cron_schedule", columns: columns(modeMarkup, "job_code")},
		{table: "theme", columns: columns(modeCode, "theme_path"), label: "theme_title"},
		{table: "eav_attribute", columns: columns(modeCode, "backend_model", "frontend_model", "source_model"), label: "attribute_code", where: "(backend_model IS NOT NULL OR frontend_model IS NOT NULL OR source_model IS NOT NULL)"},
	},
	written: []writtenTable{
		{table: "sales_order", screen: "sales/order/view/order_id/{id}", must: true},
		{table: "sales_order_address", screen: "sales/order"},
		{table: "sales_order_status_history", screen: "sales/order"},
		{table: "sales_order_payment", screen: "sales/order"},
		{table: "sales_order_item", screen: "sales/order"},
		{table: "quote", screen: "reports/shopcart/abandoned"},
		{table: "quote_address", screen: "reports/shopcart/abandoned"},
		{table: "quote_payment"},
		{table: "quote_item_option"},
		{table: "customer_entity", screen: "customer/index/edit/id/{id}", must: true},
		{table: "customer_entity_varchar", screen: "customer/index"},
		{table: "customer_entity_text", screen: "customer/index"},
		{table: "customer_address_entity", screen: "customer/index"},
		{table: "customer_address_entity_varchar", screen: "customer/index"},
		{table: "customer_address_entity_text", screen: "customer/index"},
		{table: "review_detail", screen: "review/product/edit/id/{id}"},
		{table: "gift_message", screen: "sales/order"},
		{table: "newsletter_subscriber", screen: "newsletter/subscriber"},
		{table: "wishlist"},
		{table: "wishlist_item"},
	},
	accounts: []account{
		{"administrator", "admin_user", "SELECT user_id, username, concat('active ', is_active) FROM {admin_user}"},
		{"administrator", "authorization_role", "SELECT role_id, role_name, concat(role_type, ' ', user_id, ' ', parent_id) FROM {authorization_role}"},
		{"key", "integration", "SELECT integration_id, name, concat('status ', status) FROM {integration}"},
		{"key", "oauth_token", "SELECT entity_id, '', concat('admin ', coalesce(admin_id, 0), ', revoked ', revoked) FROM {oauth_token} WHERE customer_id IS NULL AND type = 'access' AND (admin_id IS NOT NULL OR consumer_id IS NOT NULL)"},
	},
	skip: []string{"session", "cache", "report_", "log_", "catalogsearch_", "catalog_product_index", "catalog_category_product_index", "queue", "url_rewrite", "sales_invoiced", "sales_refunded", "sales_bestsellers", "mview_", "indexer_", "cron_", "customer_grid", "sales_order_grid", "ui_bookmark"},
	sink: []string{"sales_order_payment", "vault_payment_token"}, members: "SELECT entity_id FROM {customer_entity}",
}

var openCart = platform{
	name: "OpenCart", tells: []string{"information_description", "setting", "layout_module", "order"},
	raw: []rawTable{
		{
			table: "setting", columns: columns(modeCode, "value"), label: "key",
			where: "(code IN ('config', 'config_theme', 'developer') AND (`key` IN ('config_theme', 'config_url', 'config_ssl', 'config_secure', 'config_api_id', 'config_file_ext_allowed', 'config_file_mime_allowed') OR `key` LIKE '%_status') OR `key` LIKE 'payment_%_status' OR `key` LIKE 'analytics_%' OR `key` LIKE 'theme_%_directory')",
		},
		{table: "setting", columns: columns(modeMarkup, "value"), label: "key"},
		{table: "event", columns: columns(modeCode, "trigger", "action", "status"), label: "code"},
		{table: "modification", columns: columns(modeCode, "xml", "status"), label: "code"},
		{table: "extension", columns: columns(modeCode, "type", "code")},
		{table: "module", columns: columns(modeMarkup, "setting"), label: "name"},
		{table: "cron", columns: columns(modeCode, "action", "status"), label: "code"},
		{table: "startup", columns: columns(modeCode, "action", "status"), label: "code"},
		{table: "theme", columns: columns(modeCode, "code"), label: "route"},
		{table: "layout_route", columns: columns(modeSwitch, "route")},
		{table: "information_description", columns: columns(modeMarkup, "title", "description", "meta_title"), label: "title"},
		{table: "product_description", columns: columns(modeMarkup, "name", "description", "meta_title")},
		{table: "category_description", columns: columns(modeMarkup, "name", "description")},
		{table: "banner_image", columns: columns(modeMarkup, "title", "link")},
		{table: "translation", columns: columns(modeMarkup, "value"), label: "key"},
	},
	written: []writtenTable{
		{table: "order", screen: "index.php?route=sale/order.info&order_id={id}", must: true},
		{table: "order_history", screen: "index.php?route=sale/order"},
		{table: "order_option", screen: "index.php?route=sale/order"},
		{table: "customer", screen: "index.php?route=customer/customer.form&customer_id={id}", must: true},
		{table: "address", screen: "index.php?route=customer/customer"},
		{table: "review", screen: "index.php?route=catalog/review.form&review_id={id}"},
		{table: "return", screen: "index.php?route=sale/returns"},
		{table: "cart"},
		{table: "customer_search", screen: "index.php?route=report/report"},
		{table: "customer_online", screen: "index.php?route=report/online"},
		{table: "customer_activity", screen: "index.php?route=common/dashboard"},
	},
	accounts: []account{
		{"administrator", "user", "SELECT user_id, username, concat('group ', user_group_id, ', status ', status) FROM {user}"},
		{"key", "api", "SELECT api_id, username, concat('status ', status) FROM {api}"},
	},
	skip: []string{"session", "api_session", "statistics", "customer_ip", "seo_url", "url_alias"}, members: "SELECT customer_id FROM {customer}",
	orders: &orderTable{"order", "customer_id", map[string]string{"order_status_id": "7"}},
}

var zenCart = platform{
	name: "Zen Cart", tells: []string{"configuration_group", "layout_boxes", "orders_status_history", "address_book"},
	raw: []rawTable{
		{table: "configuration", columns: columns(modeCode, "use_function", "set_function"), label: "configuration_key"},
		{table: "configuration", columns: columns(modeCode, "configuration_value"), label: "configuration_key", where: "(configuration_key LIKE 'MODULE_%_INSTALLED' OR configuration_key LIKE 'MODULE_PAYMENT_%_STATUS')", pays: true},
		{table: "configuration", columns: columns(modeMarkup, "configuration_value"), label: "configuration_key"},
		{table: "product_type_layout", columns: columns(modeCode, "use_function", "set_function"), label: "configuration_key"},
		{table: "ezpages", columns: columns(modeMarkup, "pages_html_text", "alt_url", "alt_url_external")},
		{table: "ezpages_content", columns: columns(modeMarkup, "pages_title", "pages_html_text")},
		{table: "products_description", columns: columns(modeMarkup, "products_name", "products_description")},
		{table: "categories_description", columns: columns(modeMarkup, "categories_description")},
		{table: "banners", columns: columns(modeMarkup, "banners_html_text", "banners_url", "banners_title")},
		{table: "layout_boxes", columns: columns(modeCode, "layout_box_name", "layout_box_status"), label: "layout_box_name"},
		{table: "plugin_control", columns: columns(modeCode, "status", "version"), label: "unique_key"},
		{table: "query_builder", columns: columns(modeCode, "query_string"), label: "query_name"},
		{table: "admin_pages", columns: columns(modeCode, "main_page"), label: "page_key"},
	},
	written: []writtenTable{
		{table: "orders", screen: "index.php?cmd=orders&oID={id}&action=edit", must: true},
		{table: "orders_status_history", screen: "index.php?cmd=orders"},
		{table: "orders_products_attributes", screen: "index.php?cmd=orders"},
		{table: "customers", screen: "index.php?cmd=customers&cID={id}", must: true},
		{table: "address_book", screen: "index.php?cmd=customers"},
		{table: "reviews", screen: "index.php?cmd=reviews"},
		{table: "reviews_description", screen: "index.php?cmd=reviews&rID={id}"},
		{table: "customers_basket_attributes"},
		{table: "whos_online", screen: "index.php?cmd=whos_online"},
		{table: "email_archive", screen: "index.php?cmd=email_history"},
		{table: "coupon_email_track"},
	},
	accounts: []account{{"administrator", "admin", "SELECT admin_id, admin_name, concat('profile ', admin_profile) FROM {admin}"}},
	skip:     []string{"sessions", "db_cache", "admin_activity_log", "counter", "upgrade_exceptions"}, members: "SELECT customers_id FROM {customers}",
}

var prestaShop = platform{
	name: "PrestaShop", tells: []string{"hook_module", "configuration_lang", "employee", "cart_rule"},
	raw: []rawTable{
		{
			table: "configuration", columns: columns(modeCode, "value"), label: "name",
			where: "name IN ('PS_SHOP_DOMAIN', 'PS_SHOP_DOMAIN_SSL', 'PS_SSL_ENABLED', 'PS_SMARTY_CACHING_TYPE', 'PS_SMARTY_CACHE', 'PS_DISABLE_NON_NATIVE_MODULE', 'PS_DISABLE_OVERRIDES', 'PS_ALLOW_HTML_IFRAME', 'PS_USE_HTMLPURIFIER', 'PS_WEBSERVICE', 'PS_SHOP_ENABLE', 'PS_THEME_NAME')",
		},
		{table: "configuration", columns: columns(modeMarkup, "value"), label: "name"},
		{table: "configuration_lang", columns: columns(modeMarkup, "value")},
		{table: "module", columns: columns(modeCode, "name", "active"), label: "name"},
		{table: "hook_module", columns: columns(modeSwitch, "position")},
		{table: "hook", columns: columns(modeMarkup, "title"), label: "name"},
		{table: "smarty_cache", columns: columns(modeCode, "content"), label: "name"},
		{table: "smarty_lazy_cache", columns: columns(modeMarkup, "filepath")},
		{table: "cms_lang", columns: columns(modeMarkup, "content", "meta_title")},
		{table: "product_lang", columns: columns(modeMarkup, "description", "description_short", "name")},
		{table: "category_lang", columns: columns(modeMarkup, "description", "additional_description")},
		{table: "info_lang", columns: columns(modeMarkup, "text")},
		{table: "linksmenutop_lang", columns: columns(modeMarkup, "label", "link")},
		{table: "homeslider_slides_lang", columns: columns(modeMarkup, "description", "url", "legend")},
		{table: "meta_lang", columns: columns(modeMarkup, "title", "description")},
		{table: "shop_url", columns: columns(modeCode, "domain", "domain_ssl", "physical_uri")},
		{table: "request_sql", columns: columns(modeCode, "sql"), label: "name"},
		{table: "override", columns: columns(modeCode, "path")},
		{table: "manufacturer_lang", columns: columns(modeMarkup, "description")},
		{table: "supplier_lang", columns: columns(modeMarkup, "description")},
	},
	written: []writtenTable{
		{table: "orders", screen: "index.php/sell/orders/{id}/view", must: true},
		{table: "message", screen: "index.php/sell/orders"},
		{table: "customer_message", screen: "index.php/sell/customer-service/customer-threads"},
		{table: "customer_thread", screen: "index.php/sell/customer-service/customer-threads/{id}/view"},
		{table: "customer", screen: "index.php/sell/customers/{id}/view", must: true},
		{table: "address", screen: "index.php/sell/addresses/{id}/edit"},
		{table: "cart", screen: "index.php/sell/orders/carts"},
		{table: "customized_data", screen: "index.php/sell/orders"},
		{table: "product_comment", screen: "modules/productcomments"},
		{table: "guest"},
		{table: "connections_source", screen: "index.php/sell/stats"},
		{table: "wishlist"},
		{table: "emailsubscription"},
	},
	accounts: []account{
		{"administrator", "employee", "SELECT id_employee, '', concat('profile ', id_profile, ', active ', active) FROM {employee}"},
		{"key", "webservice_account", "SELECT id_webservice_account, description, concat('active ', active) FROM {webservice_account}"},
	},
	skip: []string{"log", "mail", "statssearch", "pagenotfound", "search_", "connections_page", "page_viewed", "employee_session", "customer_session", "layered_"}, members: "SELECT id_customer FROM {customer}",
	orders: &orderTable{"orders", "id_customer", map[string]string{"current_state": "6"}},
}

var everShop = platform{
	name: "EverShop", tells: []string{"admin_user", "cms_page_description", "cart_address", "order_address"},
	raw: []rawTable{
		{table: "cms_page_description", columns: columns(modeMarkup, "content", "name", "meta_title"), label: "url_key"},
		{table: "widget", columns: columns(modeMarkup, "settings", "name"), label: "name"},
		{table: "widget_instance", columns: columns(modeMarkup, "settings", "name"), label: "name"},
		{table: "widget_placement", columns: columns(modeSwitch, "area", "route")},
		{table: "product_description", columns: columns(modeMarkup, "name", "description", "short_description")},
		{table: "category_description", columns: columns(modeMarkup, "name", "description")},
		{table: "setting", columns: columns(modeMarkup, "value"), label: "name"},
		{table: "blog_post_description", columns: columns(modeMarkup, "content")},
	},
	written: []writtenTable{
		{table: "order", screen: "/admin/order/edit/{id}", must: true},
		{table: "order_address", screen: "/admin/order/edit"},
		{table: "order_item", screen: "/admin/order/edit"},
		{table: "order_activity", screen: "/admin/order/edit"},
		{table: "cart"},
		{table: "cart_address"},
		{table: "cart_item"},
		{table: "customer", screen: "/admin/customers/edit/{id}", must: true},
		{table: "customer_address", screen: "/admin/customers"},
		{table: "product_review", screen: "/admin/reviews"},
	},
	accounts: []account{{"administrator", "admin_user", "SELECT admin_user_id, full_name, concat('status ', status) FROM {admin_user}"}},
	skip:     []string{"session", "event", "migration", "reset_password_token", "url_rewrite"}, members: "SELECT customer_id FROM {customer}",
	orders: &orderTable{"order", "customer_id", map[string]string{"status": "canceled"}},
}

var demonstration = platform{
	name: "demonstration shop", tells: []string{"operator", "block", "order_line", "variant", "orders"},
	raw: []rawTable{
		{table: "block", columns: columns(modeMarkup, "html"), label: "place"},
		{table: "product", columns: columns(modeMarkup, "free_area", "about_ja", "about_en", "name_ja", "name_en"), label: "slug"},
		{table: "category", columns: columns(modeMarkup, "name_ja", "name_en"), label: "slug"},
		{table: "coupon", columns: columns(modeSwitch, "percent"), label: "code"},
	},
	written: []writtenTable{
		{table: "orders", screen: "/admin/orders/{number}, /admin/orders/{number}/mail", must: true}, {table: "customer", screen: "/admin/customers", must: true}, {table: "address"},
	},
	accounts: []account{{"administrator", "operator", "SELECT login, login, role FROM {operator}"}},
	skip:     []string{"session", "order_line"}, members: "SELECT id FROM {customer}",
	orders: &orderTable{"orders", "customer_id", map[string]string{"status": "cancelled"}},
}
