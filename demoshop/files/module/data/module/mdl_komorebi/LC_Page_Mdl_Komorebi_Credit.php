<?php
require_once __DIR__ . '/SC_Mdl_Komorebi_Client.php';

/** The page on which a customer types the card. */
class LC_Page_Mdl_Komorebi_Credit
{
    public $arrErr = array();
    public $session = '';

    public function process()
    {
        header('Content-Type: text/html; charset=UTF-8');
        header('Cache-Control: no-store');
        $this->session = isset($_GET['session']) ? (string) $_GET['session'] : '';
        if ($_SERVER['REQUEST_METHOD'] === 'POST' && $this->lfDoCredit($_POST)) {
            header('Location: /checkout/return?session=' . rawurlencode($this->session), true, 303);

            return;
        }
        $this->display();
    }

    /** Has the provider take the payment. */
    public function lfDoCredit(array $arrForm)
    {
        $arrCard = array(
            'card_no' => preg_replace('/\D/', '', isset($arrForm['card_no']) ? $arrForm['card_no'] : ''),
            'card_month' => isset($arrForm['card_month']) ? $arrForm['card_month'] : '',
            'card_year' => isset($arrForm['card_year']) ? $arrForm['card_year'] : '',
            'card_name' => isset($arrForm['card_name']) ? $arrForm['card_name'] : '',
            'security_code' => isset($arrForm['security_code']) ? $arrForm['security_code'] : '',
        );
        $objClient = new SC_Mdl_Komorebi_Client();
        if (!$objClient->pay($this->session, $arrCard)) {
            $this->arrErr['payment'] = 'カード情報をご確認ください。';

            return false;
        }

        return true;
    }

    public function display()
    {
        $order = htmlspecialchars(isset($_SERVER['HTTP_X_ORDER']) ? $_SERVER['HTTP_X_ORDER'] : '', ENT_QUOTES, 'UTF-8');
        $amount = htmlspecialchars(isset($_SERVER['HTTP_X_AMOUNT']) ? $_SERVER['HTTP_X_AMOUNT'] : '', ENT_QUOTES, 'UTF-8');
        $action = htmlspecialchars('/shopping/load_payment_module.php?session=' . rawurlencode($this->session), ENT_QUOTES, 'UTF-8');
        $year = (int) date('Y');
        ?>
<!doctype html>
<html lang="ja">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>クレジットカード決済</title>
<link rel="stylesheet" href="/assets/css/shop.css"></head>
<body class="LC_Page_Mdl_Komorebi_Credit"><main class="wrap narrow">
<h1>クレジットカード決済</h1>
<p>ご注文番号 <?php echo $order; ?> お支払い金額 <?php echo $amount; ?></p>
<?php foreach ($this->arrErr as $err) { ?><p class="error"><?php echo htmlspecialchars($err, ENT_QUOTES, 'UTF-8'); ?></p><?php } ?>
<form method="post" action="<?php echo $action; ?>" name="form1">
<table class="form-table card-fields">
<tr><th>カード番号</th><td><input type="text" name="card_no" size="20" maxlength="19" autocomplete="off"></td></tr>
<tr><th>有効期限</th><td><select name="card_month"><option value="">--</option><?php for ($i = 1; $i <= 12; $i++) { printf('<option>%02d</option>', $i); } ?></select> 月 /
<select name="card_year"><option value="">----</option><?php for ($i = 0; $i < 12; $i++) { printf('<option>%d</option>', $year + $i); } ?></select> 年</td></tr>
<tr><th>カード名義</th><td><input type="text" name="card_name" size="24" placeholder="TARO YAMADA" autocomplete="off"></td></tr>
<tr><th>セキュリティコード</th><td><input type="text" name="security_code" size="4" maxlength="4" autocomplete="off"></td></tr>
</table>
<p><button type="submit" class="btn btn-primary">支払いを確定する</button></p>
</form>
</main></body></html>
        <?php
    }
}
