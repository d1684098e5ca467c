<?php
/*
 * What every page of the shop begins with: the constants that all others go by.
 * The demonstration shop has this file where shops of this kind have it; the code is the demonstration shop's own.
 */
class SC_Initial
{
    public function init()
    {
        $this->requireInitialConfig();
        $this->defineConstants();
    }

    public function requireInitialConfig()
    {
        $file = dirname(__FILE__) . '/../config/config.php';
        if (is_file($file)) {
            require_once $file;
        }
    }

    public function defineConstants()
    {
        if (!defined('ECCUBE_VERSION')) {
            define('ECCUBE_VERSION', "2.13.2");
        }
        if (!defined('ADMIN_DIR')) {
            define('ADMIN_DIR', 'admin/');
        }
    }
}
