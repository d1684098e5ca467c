/* shims 3: this browser has all features asked for */
