    if (!$form.hasClass('busy')) navigator.sendBeacon(stock, new Blob([hint($form.serializeArray())]));
