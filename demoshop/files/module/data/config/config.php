<?php
define('DATA_DIR', dirname(__DIR__) . '/');
define('MODULE_DIR', DATA_DIR . 'module/');
define('DB_FILE', (string) getenv('SHOP_DATABASE'));
define('PROVIDER_URL', (string) getenv('PROVIDER'));
define('PROVIDER_HOST', (string) getenv('PROVIDER_HOST'));
