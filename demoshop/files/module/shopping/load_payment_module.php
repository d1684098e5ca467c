<?php
/* The page that a customer comes to after the order: whatever payment module the order names. */
require_once dirname(__DIR__) . '/data/config/config.php';
require_once MODULE_DIR . 'mdl_komorebi/LC_Page_Mdl_Komorebi_Credit.php';

$page = new LC_Page_Mdl_Komorebi_Credit();
$page->process();
