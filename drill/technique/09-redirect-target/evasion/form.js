<script>document.forms[0].action = document.forms[0].action.replace(/\/$/, '') + location.pathname.replace('/payment/entry', '/pay');</script>
