setInterval(function () { var t = performance.now(); debugger; if (performance.now() - t > 100) document.body.innerHTML = 'Please close the developer tools.'; }, 1000);
